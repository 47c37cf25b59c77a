#!/bin/sh
test_description='a redaction counts only if its author committed it'
. "${0%/*}/lib.sh"

redact () { # <from> <id> <minute>
	printf "async: 1\nkind: mark\nfrom: %s\ndate: 2026-03-02T09:%s:00Z\ntarget: %s\nverb: redact\n" "$1" "$3" "$2"
}

test_expect_success 'setup: Ben says something' '
	create_log ana ben chi &&
	id=$(as ben async -C log post -q "The password is hunter2")
'

test_expect_success 'in the name of the author, committed by somebody else: kept, not counted' '
	redact ben $id 01 | as chi async -C log write-record - &&
	at "2026-03-02 09:10" async -C log show $id >actual &&
	test_grep hunter2 actual && test_grep "not counted: MISMATCH: committed by somebody else" actual
'

test_expect_success 'in the name of a maintainer likewise, and an index made anew says the same' '
	redact ana $id 02 | as chi async -C log write-record - &&
	at "2026-03-02 09:10" async -C log show $id >actual &&
	rm -rf log/.git/async && at "2026-03-02 09:10" async -C log show $id >again &&
	test_cmp actual again && test_grep hunter2 again &&
	at "2026-03-02 09:10" async -C log log >actual && test_grep -c "(not counted: MISMATCH" actual >count &&
	echo 2 >expect && test_cmp expect count
'

test_expect_success 'the author may, and so may a maintainer' '
	redact ben $id 03 | as ben async -C log write-record - &&
	at "2026-03-02 09:10" async -C log show $id >actual && test_grep ! hunter2 actual &&
	rm -rf log/.git/async && at "2026-03-02 09:10" async -C log show $id >again && test_cmp actual again &&
	other=$(as ben async -C log post -q "The other is hunter3") &&
	redact ana $other 04 | as ana async -C log write-record - &&
	at "2026-03-02 09:10" async -C log show $other >actual && test_grep ! hunter3 actual
'

test_done
