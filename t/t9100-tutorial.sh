#!/bin/sh
test_description='what the tutorial and README show is what happens'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-transcript.sh"

test_expect_success 'async-tutorial(7)' '
	git init -q tutorial && cd tutorial &&
	story_of_manual "$SOURCE_DIR/man/async-tutorial.7" >../tutorial.story &&
	test_story ../tutorial.story
'

test_expect_success 'the ten lines of use in README' '
	git init -q readme && cd readme &&
	story_of_readme "$SOURCE_DIR/README" "Ten lines of use" >../readme.story &&
	test_story ../readme.story
'

test_done
