#!/bin/sh
test_description='every command has its page, its usage there, and a test'
. "${0%/*}/lib.sh"

async help | sed -n 's/^    \([a-z-]*\)  *[a-z].*/\1/p' >names
sed -n '/^read on/,$d; s/^    \([a-z-]*\)  *\([a-z].*\)/\1	\2/p' <<-EOF >commands
$(async help)
EOF

# A page's SYNOPSIS on one line for each form, and usage in the same clothes.
synopsis () {
	mandoc -T utf8 -O width=1000 "$SOURCE_DIR/man/async-$1.1" | col -bx |
		sed -n '/^SYNOPSIS/,/^[A-Z]/{s/^     \(async .*\)/\1/p;}' | plain
}
usage () {
	async "$1" -h | sed -n 's/^\(usage:\|   or:\) //p' | sed 's/ *$//' | plain
}
plain () {
	sed 's/[<>]//g; s/ *…/.../g; s/ *\.\.\./.../g; s/  */ /g'
}

test_expect_success 'commands are listed' '
	test_line_count -ge 2 commands &&
	test_grep "^version	" commands
'

tab='	'
while IFS=$tab read -r name summary
do
	test_expect_success "$name: SYNOPSIS is what -h prints" '
		synopsis "$name" >expect &&
		usage "$name" >actual &&
		test -s expect &&
		test_cmp expect actual
	'
	test_expect_success "$name: its page says in a line what the table says" '
		echo "$summary" >expect &&
		sed -n "s/^\.Nd //p" "$SOURCE_DIR/man/async-$name.1" >actual &&
		test_cmp expect actual
	'
	test_expect_success "$name: each option of -h is in its page" '
		mandoc -T utf8 "$SOURCE_DIR/man/async-$name.1" | col -bx >page &&
		async "$name" -h | sed "/^Output for programs/,\$d" | grep -o "^    -.*" |
			sed "s/^    \(-.\), \(--[a-z-]*\).*/\1 \2/; s/^    \(--*[a-z-]*\).*/\1/" >options &&
		for option in $(cat options)
		do
			grep -qe "$option\([^a-z-]\|\$\)" page || { echo "not in the page: $option"; return 1; }
		done
	'
	test_expect_success "$name: a script tests it" '
		grep -lE "async( -C [^ ]*| --[a-z-]*=[^ ]*)* $name( |\$)" "$TEST_DIR"/t[0-9]*.sh
	'
	test_expect_success "$name: async(1) lists it" '
		test_grep "^\.It Xr async-$name 1" "$SOURCE_DIR/man/async.1"
	'
done <commands

test_expect_success 'the topics have pages' '
	for page in record.5 json.5 config.5 worktime.7 query.7 tutorial.7
	do
		test -f "$SOURCE_DIR/man/async-$page" || { echo "no $page"; return 1; }
	done
'

test_expect_success 'async-config(5) has what the code reads of our settings and of the environment' '
	sed "s/^\.\(It\|Ev\|Va\) //; s/GIT_CONFIG_\*/GIT_CONFIG_COUNT GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM \
		GIT_CONFIG_PARAMETERS GIT_CONFIG_SYSTEM/" "$SOURCE_DIR/man/async-config.5" >page &&
	grep -hoE "\"(async|color|pager)\.[a-z]+\"|getenv\(\"[A-Z_]+\"" "$SOURCE_DIR"/lib/*.c "$SOURCE_DIR"/cmd/*.c |
		tr -d "\"(" | sed "s/^getenv//" | sort -u >names &&
	test_line_count -ge 20 names &&
	while read -r name
	do
		test "$name" = HOME || grep -qiwF -e "$name" page || { echo "not in the page: $name"; return 1; }
	done <names
'

test_expect_success 'no page refers to one that there is not' '
	cat "$SOURCE_DIR"/man/*.[157] |
		grep -o "Xr async[a-z-]* [157]" | sort -u | sed "s/Xr //; s/ /./" >pages &&
	while read -r page
	do
		test -f "$SOURCE_DIR/man/$page" || { echo "no $page"; return 1; }
	done <pages
'

test_done
