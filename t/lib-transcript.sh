# Run a story that a manual or README tells, and compare what it shows with what happens.
#
# A story is lines of three kinds; every other line is output:
#
#	-- Fri 2026-03-06 16:00 UTC --		from here on it is then
#	ana$ async post --to ben "ship it?"	Ana types this
#	> ...					(and this goes on a command that ends in \)
#
# shellcheck shell=sh

# story_of_manual <page>: the lines of all literal displays, without mdoc's escapes.
story_of_manual () {
	sed -n '/^\.Bd -literal/,/^\.Ed/{/^\.Bd/d;/^\.Ed/d;s/\\e/\\/g;s/\\&//g;s/\\-/-/g;p;}' "$1"
}

# story_of_readme <file> <heading>: the indented lines below a heading.
story_of_readme () {
	awk -v heading="$2" '
		$0 == heading { on = 1; next }
		on && /^(=+|-+)$/ { next }
		on && /^[^ ]/ && seen { exit }
		on && /^    / { seen = 1; print substr($0, 5) }
	' "$1"
}

# run_story <story>: print it anew, each command followed by what it says now.
run_story () {
	while IFS= read -r story_line
	do
		case $story_line in
		'-- '*' --')
			story_time=${story_line#-- }
			story_time=${story_time% --}
			ASYNC_NOW=$(date -u -d "$story_time" +%Y-%m-%dT%H:%M:%SZ) || return 1
			printf '%s\n' "$story_line"
			;;
		[a-z]*'$ '*)
			story_who=${story_line%%\$*}
			printf '%s\n' "$story_line"
			as "$story_who" sh -c "${story_line#*\$ }" 2>&1 </dev/null
			;;
		esac
	done <"$1"
}

# test_story <story>: does it happen as it is told? Blank lines are for the reader.
test_story () {
	grep -v '^ *$' "$1" >story.told
	run_story story.told >story.happens
	sed -i '/^ *$/d' story.happens
	grep -q '^[a-z]*\$ ' story.told && test_cmp story.told story.happens
}
