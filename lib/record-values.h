/*
 * What the values of a record may be: one check for each shape, named in the table of
 * record-schema.c. Checks go by shape alone, never by what a machine knows (its time
 * zones, the log's people): a record must be valid everywhere or nowhere.
 */
#ifndef RECORD_VALUES_H
#define RECORD_VALUES_H

#include "async/record.h"

struct check {
	const struct record *rec;
	const char *name; /* begins the message; NULL: nothing does */
	const char *key;  /* of the record's map, that is being checked */
};

/* ERR_INVALID: "name:line:column: …", as far as these are known. */
int check_fail(const struct check *check, const struct node *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* 0, or ERR_INVALID: "…: key: expected …, not '…'". */
typedef int check_value(const struct check *check, const struct node *value);

check_value value_any;
check_value value_number;
check_value value_instant;
check_value value_instant_or_day;
check_value value_span;
check_value value_line;
check_value value_subject;
check_value value_text;
check_value value_word;
check_value value_clock_mode;
check_value value_focus_mode;
check_value value_status;
check_value value_name;
check_value value_handle;
check_value value_zone;
check_value value_id;
check_value value_handles;
check_value value_tags;
check_value value_any_items;
check_value value_short_text;
check_value value_links;
check_value value_attachments;
check_value value_origin;
check_value value_hours;
check_value value_groups;
check_value value_addresses;
check_value value_keys;
check_value value_holidays;
check_value value_focus_blocks;
check_value value_hours_on;
check_value value_away_items;
check_value value_levels;

#endif
