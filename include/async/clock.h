/*
 * Instants and civil dates.
 *
 * An instant is a time_t: whole seconds since 1970 in UTC, no leap seconds, years
 * 1970 to 2100 (worktime S1). A day is a civil date as the number of days since
 * 1970-01-01, without a zone.
 */
#ifndef ASYNC_CLOCK_H
#define ASYNC_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define INSTANT_MIN ((time_t)0)
#define INSTANT_MAX ((time_t)4133980799) /* 2100-12-31T23:59:59Z */
#define INSTANT_TEXT 21                  /* "2026-11-22T10:15:30Z" and a NUL */
#define DAY_TEXT 11                      /* "2026-11-22" and a NUL */
#define DAY_NONE INT32_MIN

/*
 * Now: ASYNC_NOW (an instant as instant_parse_loose() takes it) if it is set, else the
 * system's clock. The only place that reads either. A bad ASYNC_NOW: ERR_INVALID.
 */
int clock_now(time_t *out);

/* Milliseconds since some moment, for waiting: nobody sets this clock, not even ASYNC_NOW. */
long long clock_ticks(void);

/* "2026-11-22T10:15:30Z", exactly; false if it is anything else or out of range. */
bool instant_parse(time_t *out, const char *text);

/* Also "T10:15Z" and an offset ("+02:00") instead of Z: for --batch, --at and --by. */
bool instant_parse_loose(time_t *out, const char *text);

/* A local time without zone: "2026-03-02T13:00", seconds or not, a space for the T or not. */
bool local_parse(int32_t *day, int *second, const char *text);

void instant_format(char out[INSTANT_TEXT], time_t at);

/* "2026-11-22", a date that exists in 1970 to 2100; false if it is anything else. */
bool day_parse(int32_t *out, const char *text);
void day_format(char out[DAY_TEXT], int32_t day);

int32_t day_from_civil(int year, int month, int mday);
void day_to_civil(int32_t day, int *year, int *month, int *mday);

/* 0 is Monday. */
int day_weekday(int32_t day);

/* The UTC date of an instant. */
int32_t day_of_instant(time_t at);

/* "09:00" to "24:00" in minutes after midnight; false if it is anything else. */
bool minute_parse(int *out, const char *text, size_t len);

#endif
