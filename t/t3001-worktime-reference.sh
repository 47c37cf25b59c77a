#!/bin/sh
test_description='working time against a reader that goes through it minute by minute'
. "${0%/*}/lib.sh"

# Another seed asks other questions: SEED=7 NR=5000 t/t3001-worktime-reference.sh
: "${SEED:=1}" "${NR:=800}"
REFERENCE=$SOURCE_DIR/t/worktime/reference.py
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

# Each question that differs, with both answers.
compare () {
	async due --batch <"$1" >actual &&
	python3 "$REFERENCE" answer <"$1" >expect &&
	paste "$1" expect actual | awk -F"\t" '$2 != $3 { print $1; print "  reference: " $2; print "  async:     " $3 }' >differ &&
	test_must_be_empty differ
}

test_expect_success "$NR questions over forty zones (SEED=$SEED)" '
	python3 "$REFERENCE" questions "$SEED" "$NR" >questions &&
	test_line_count = "$NR" questions &&
	compare questions
'

test_expect_success 'the reference can find a difference' '
	echo "{\"start\": \"2026-03-06T15:00:00Z\", \"within\": \"4h\", \"calendar\": {\"zone\": \"Europe/Berlin\"}}" >questions &&
	python3 "$REFERENCE" answer <questions >expect &&
	sed s/4h/5h/ questions | async due --batch >actual &&
	! cmp -s expect actual
'

test_done
