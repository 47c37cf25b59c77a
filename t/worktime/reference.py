#!/usr/bin/env python3
"""The rules of working time (async-worktime(7)), minute by minute.

An independent reader of the rules for the tests: it goes through time one minute after
the other and asks of each whether it counts. It is slow, and knows nothing of intervals,
transitions or footers; the system's zone data comes through zoneinfo.

    reference.py answer              answers questions, one a line, as `async due --batch`
    reference.py questions SEED NR   makes questions (t3001)
    reference.py table               makes t/worktime/table.jsonl (its README says how)
"""

import bisect
import datetime
import functools
import json
import random
import sys
import zoneinfo

UTC = datetime.timezone.utc
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WALK = 1830
NEVER = float("inf")
EPOCH = datetime.date(1970, 1, 1).toordinal()


# ---- zones


@functools.lru_cache(None)
def hour_offsets(zone, hour):
    """The offset at the beginning of an hour since 1970, and at that of the next."""
    info = zoneinfo.ZoneInfo(zone)

    def offset(seconds):
        at = datetime.datetime(1970, 1, 1, tzinfo=UTC) + datetime.timedelta(seconds=seconds)
        return int(at.astimezone(info).utcoffset().total_seconds())

    first, last = offset(hour * 3600), offset(hour * 3600 + 3600)
    if first == last:
        return [first]
    return [offset(hour * 3600 + minute * 60) for minute in range(60)]


def local(zone, minute):
    """What the clock shows at a minute since 1970: seconds since the local 1970."""
    offsets = hour_offsets(zone, minute // 60)
    return minute * 60 + offsets[minute % 60 if len(offsets) > 1 else 0]


def highest(zone, first, stop=None):
    """From a minute on: (minute, the latest time the clock has shown so far).

    A local time "has come" once this is not before it (S2)."""
    shown = max(local(zone, minute) for minute in range(first - 180, first))
    minute = first
    while stop is None or minute < stop:
        shown = max(shown, local(zone, minute))
        yield minute, shown
        minute += 1


def first_minute(zone, wanted):
    """The first minute at which the local clock shows `wanted` (local seconds) or later."""
    for minute, shown in highest(zone, wanted // 60 - 40 * 60):
        if shown >= wanted:
            return minute


# ---- calendars


def day_number(text):
    return datetime.date.fromisoformat(text).toordinal() - EPOCH


def weekday(day):
    return (day + 3) % 7


def clock(text):
    return int(text[:2]) * 60 + int(text[3:])


def windows(text):
    result = []
    for word in ("" if text == "none" else text).split():
        start, end = (clock(part) for part in word.split("-"))
        result.append((start, end if end > start else end + 1440))
    return result


def named_days(text):
    for word in text.split():
        first, last = DAYS.index(word[:3]), DAYS.index(word[-3:])
        while first != last:
            yield first
            first = (first + 1) % 7
        yield last


def instant(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def minute_up(seconds):
    return -(-seconds // 60)


class Calendar:
    def __init__(self, keys):
        keys = keys or {}
        self.zone = keys.get("zone") or "UTC"
        self.week = [[] for _ in range(7)]
        hours = keys.get("hours")
        for days, text in ({"mon-fri": "09:00-17:00"} if hours is None else hours).items():
            for day in named_days(days):
                self.week[day] = windows(text)
        self.hours_on = {day_number(d): windows(t) for d, t in (keys.get("hours_on") or {}).items()}
        self.holidays = {}
        for entry in keys.get("holidays") or []:
            if isinstance(entry, str):
                entry = {"date": entry}
            window = (clock(entry.get("from", "00:00")), clock(entry["to"]) if "to" in entry else 2880)
            self.holidays.setdefault(day_number(entry["date"]), []).append(window)
        self.days_off, self.time_off = [], []
        for entry in keys.get("away") or []:
            self.add_away(entry["from"], entry.get("to", entry["from"]))
        self.focus_week = [[] for _ in range(7)]
        self.focus_on = {}
        for entry in keys.get("focus") or []:
            if "date" in entry:
                self.focus_on.setdefault(day_number(entry["date"]), []).extend(windows(entry["hours"]))
            else:
                for day in named_days(entry["days"]):
                    self.focus_week[day].extend(windows(entry["hours"]))
        self.cache = {}

    def add_away(self, start, end):
        if len(start) == 10 and len(end) == 10:
            self.days_off.append((day_number(start), day_number(end)))
            return
        self.time_off.append((self.edge(start, 0), self.edge(end, 1)))

    def edge(self, text, days):
        """An end of time off: ("local", seconds) or ("minute", minute)."""
        if len(text) == 10:
            return ("local", (day_number(text) + days) * 86400)
        if text[-1] == "Z" or "+" in text[10:] or "-" in text[10:]:
            return ("minute", minute_up(instant(text)))
        at = datetime.datetime.fromisoformat(text)
        return ("local", int((at - datetime.datetime(1970, 1, 1)).total_seconds()))

    def schedule(self, day):
        """S4: for each minute from a date's midnight, for two days: is it in the date's shifts?"""
        if day in self.cache:
            return self.cache[day]
        minutes = bytearray(2880)
        shifts = self.hours_on.get(day, self.week[weekday(day)])
        for start, end in shifts:
            for minute in range(start, end):
                minutes[minute] = 1
        if day not in self.hours_on:
            for start, end in self.holidays.get(day, []):
                for minute in range(start, end):
                    minutes[minute] = 0
        if any(first <= day <= last for first, last in self.days_off):
            minutes = bytearray(2880)
        self.cache[day] = minutes
        return minutes

    def date_of(self, shown):
        """S3: the date that a moment of the schedule belongs to, or None."""
        day, rel = shown // 86400, shown % 86400 // 60
        if self.schedule(day - 1)[1440 + rel]:
            return day - 1
        if self.schedule(day)[rel]:
            return day
        return None

    def is_away(self, minute, shown):
        def has_come(edge):
            return (shown if edge[0] == "local" else minute) >= edge[1]

        return any(has_come(start) and not has_come(end) for start, end in self.time_off)

    def is_focus(self, shown):
        day, rel = shown // 86400, shown % 86400 // 60
        for date, at in ((day, rel), (day - 1, rel + 1440)):
            for start, end in self.focus_week[weekday(date)] + self.focus_on.get(date, []):
                if start <= at < end:
                    return True
        return False

    def minutes(self, first, focus="pause"):
        """From a minute on: (minute, shown, date of its shift, at work, counting)."""
        for minute, shown in highest(self.zone, first):
            date = self.date_of(shown)
            work = date is not None and not self.is_away(minute, shown)
            yield minute, shown, date, work, work and not (focus == "pause" and self.is_focus(shown))


# ---- rules


def last_date(cal, start):
    return local(cal.zone, start) // 86400 + WALK - 1


def counting(cal, first, focus, last, start):
    """(minute, date, is the first of its date's schedule) of the counting minutes from `start` on."""
    opened = None
    for minute, shown, date, _, counts in cal.minutes(first, focus):
        if shown // 86400 > last + 1:
            return
        if date is None or date > last:
            continue
        opening = date != opened
        opened = date
        if counts and minute >= start:
            yield minute, date, opening


def due_hours(cal, start, need, focus, last):
    """S6"""
    for minute, _, _ in counting(cal, start, focus, last, start):
        need -= 1
        if need == 0:
            return minute + 1
    return NEVER


def due_days(cal, start, days, focus, last):
    """S7"""
    dates, first, ours = [], None, []
    for minute, date, opening in counting(cal, start - 4 * 1440, focus, last, start):
        if first is None:
            first, opens = minute, opening
        if date not in dates:
            dates.append(date)
        wanted = days if opens else days + 1
        if len(dates) > wanted:
            break
        if len(dates) == wanted:
            ours.append(minute)
    if not ours:
        return NEVER
    if opens:
        return ours[-1] + 1
    shown = local(cal.zone, first) - dates[0] * 86400
    at = first_minute(cal.zone, dates[days] * 86400 + shown)
    if at in ours or at - 1 in ours:
        return at
    before = [minute + 1 for minute in ours if minute + 1 <= at]
    return max(before) if before else ours[0]


def due(cal, start, days, minutes, clock_mode="work", focus="pause"):
    """All times are minutes since 1970."""
    if clock_mode == "calendar":
        if days:
            start = first_minute(cal.zone, local(cal.zone, start) + days * 86400)
        return start + minutes
    last = last_date(cal, start)
    at = due_days(cal, start, days, focus, last) if days else start
    if minutes and at != NEVER:
        at = due_hours(cal, at, minutes, focus, last)
    return at


def due_on(cal, start, day):
    """S10, a date alone: (due, is it outside of working time)."""
    end = None
    for minute, shown, date, work, _ in cal.minutes(start):
        if shown // 86400 > day + 1:
            break
        if work and date <= day:
            end = minute + 1
    if end is not None:
        return end, False
    return first_minute(cal.zone, (day + 1) * 86400), True


def is_work_between(cal, start, end):
    for minute, shown, _, work, _ in cal.minutes(start):
        if minute >= end or shown // 86400 > last_date(cal, start) + 1:
            return False
        if work:
            return True


def between(cal, start, end, focus):
    if end <= start:
        return 0
    total = 0
    for minute, _, _, _, counts in cal.minutes(start, focus):
        if minute >= end:
            return total
        total += counts


def span(text):
    """(days, minutes)"""
    total = {"d": 0, "h": 0, "m": 0}
    number = ""
    for c in text:
        if c.isdigit():
            number += c
        else:
            total[c], number = int(number), ""
    return total["d"], total["h"] * 60 + total["m"]


def answer_minute(question, keys, start):
    """The due minute of a question in some calendar from some start, and whether it is outside."""
    cal = Calendar(keys)
    by = question.get("by")
    if by and len(by) == 10:
        return due_on(cal, start, day_number(by))
    if by:
        return instant(by) / 60, not is_work_between(cal, start, minute_up(instant(by)))
    days, minutes = span(question["within"])
    return due(cal, start, days, minutes, question.get("clock", "work"), question.get("focus", "pause")), False


def live(question):
    """S14: the due minute with the calendar live, and its moves."""
    start = minute_up(instant(question["start"]))
    versions = [(instant(v["at"]) if "at" in v else None, v["calendar"]) for v in question["versions"]]
    answered = instant(question["answered"]) if "answered" in question else NEVER
    moves = []
    was, _ = answer_minute(question, versions[0][1], start)
    for number, (at, keys) in list(enumerate(versions))[1:]:
        if at > was * 60 or at > answered:
            continue
        now, _ = answer_minute(question, keys, start)
        if now < was:
            afresh, _ = answer_minute(question, keys, minute_up(at))
            now = min(was, max(now, afresh))
        if now != was:
            moves.append([number, text_of(was), text_of(now)])
        was = now
    return was, moves


def share(question):
    """S11"""
    cal = Calendar(question.get("calendar"))
    start, end = minute_up(instant(question["start"])), minute_up(instant(question["until"]))
    focus, percent = question.get("focus", "pause"), question["share"]
    whole = between(cal, start, end, focus)
    need = -(-whole * percent // 100)
    if percent == 100 or whole == 0:
        return end
    for minute, _, _, _, counts in cal.minutes(start, focus):
        need -= counts
        if need == 0:
            return minute + 1


def text_of(minute):
    if minute == NEVER:
        return None
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=round(minute * 60))
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def answer(question):
    start = minute_up(instant(question["start"]))
    if "versions" in question:
        at, moves = live(question)
        return {"due": text_of(at), "moves": moves}
    if "share" in question:
        return {"due": text_of(share(question))}
    at, outside = answer_minute(question, question.get("calendar"), start)
    return {"due": text_of(at), "outside": True} if outside else {"due": text_of(at)}


if __name__ == "__main__":
    if sys.argv[1:] == ["answer"]:
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line))))
    else:
        import questions

        questions.main(sys.argv[1:])
