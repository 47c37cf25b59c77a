"""Questions about working time: the rows of the rules, and seeded ones of every kind."""

import datetime
import json
import random
import sys

import reference

BERLIN = {"zone": "Europe/Berlin", "hours": {"mon-fri": "09:00-17:00"}}
LUNCH = {"zone": "Europe/Berlin", "hours": {"mon-fri": "09:00-12:00 13:00-17:00"}}
NIGHTS = {"zone": "Europe/Berlin", "hours": {"mon-fri": "22:00-06:00"}}
XMAS = dict(BERLIN, holidays=[{"date": "2026-12-24", "from": "12:00", "name": "Christmas Eve"}, "2026-12-25"])
OFF = dict(BERLIN, away=[{"from": "2026-03-03", "to": "2026-03-05"}])
FOCUS = dict(BERLIN, focus=[{"days": "mon", "hours": "10:00-12:00"}])
NEW_YORK = {"zone": "America/New_York", "hours": {"mon-sun": "22:00-06:00"}}
LORD_HOWE = {"zone": "Australia/Lord_Howe", "hours": {"mon-sun": "00:00-08:00"}}
APIA = {"zone": "Pacific/Apia", "hours": {"mon-fri": "09:00-17:00"}}

# The table of the rules, word for word: local start, what is asked, local due.
RULES = [
    (BERLIN, "2026-03-06 16:00", "4h", "2026-03-09 12:00"),
    (BERLIN, "2026-03-06 17:00", "1h", "2026-03-09 10:00"),
    (BERLIN, "2026-03-06 16:59:30", "1h", "2026-03-09 10:00"),
    (BERLIN, "2026-03-06 13:00", "4h", "2026-03-06 17:00"),
    (BERLIN, "2026-03-02 09:00", "24h", "2026-03-04 17:00"),
    (LUNCH, "2026-03-02 09:00", "3h", "2026-03-02 12:00"),
    (LUNCH, "2026-03-02 12:30", "4h", "2026-03-02 17:00"),
    (LUNCH, "2026-03-02 12:30", "1d", "2026-03-03 13:00"),
    (dict(BERLIN, hours_on={"2026-03-03": "09:00-12:00"}), "2026-03-02 16:00", "1d", "2026-03-03 12:00"),
    ({"zone": "Europe/Berlin", "hours": {"mon": "08:00-17:00", "tue": "10:00-17:00"}},
     "2026-03-02 08:30", "1d", "2026-03-03 10:00"),
    (XMAS, "2026-12-23 15:00", "1d", "2026-12-24 12:00"),
    (XMAS, "2026-12-24 10:00", "4h", "2026-12-28 11:00"),
    (OFF, "2026-03-02 16:00", "4h", "2026-03-06 12:00"),
    (OFF, "2026-03-02 15:00", "1d", "2026-03-06 15:00"),
    (NIGHTS, "2026-03-03 02:00", "1d", "2026-03-04 02:00"),
    (NIGHTS, "2026-03-07 02:00", "1d", "2026-03-10 02:00"),
    (NEW_YORK, "2026-03-07 22:00", "8h", "2026-03-08 23:00"),
    (NEW_YORK, "2026-10-31 22:00", "9h", "2026-11-01 06:00"),
    (LORD_HOWE, "2026-10-04 00:00", "8h", "2026-10-05 00:30"),
    (APIA, "2011-12-29 16:00", "4h", "2012-01-02 12:00"),
    (FOCUS, "2026-03-02 09:30", "4h", "2026-03-02 15:30"),
    (dict(FOCUS, count=True), "2026-03-02 09:30", "4h", "2026-03-02 13:30"),
    # S6, S7 and S8 in their own words
    (BERLIN, "2026-03-06 18:00", "1d", "2026-03-09 17:00"),
    (BERLIN, "2026-03-07 12:00", "3d", "2026-03-11 17:00"),
    (BERLIN, "2026-03-02 10:00", "1d", "2026-03-03 10:00"),
    (BERLIN, "2026-03-02 09:00", "1d", "2026-03-02 17:00"),
    (BERLIN, "2026-03-02 08:59:01", "1d", "2026-03-02 17:00"),
    (BERLIN, "2026-03-02 17:00", "1d", "2026-03-03 17:00"),
    (BERLIN, "2026-03-02 10:00", "1d4h", "2026-03-03 14:00"),
    (BERLIN, "2026-03-02 15:00", "1d4h", "2026-03-04 11:00"),
    # what is an opening: after half a holiday and a date off, not after hours off or focus
    (dict(BERLIN, holidays=[{"date": "2026-03-02", "to": "13:00"}]), "2026-03-02 08:00", "1d", "2026-03-02 17:00"),
    (dict(BERLIN, holidays=[{"date": "2026-03-02", "to": "13:00"}]), "2026-03-02 13:00", "1d", "2026-03-02 17:00"),
    (dict(BERLIN, away=[{"from": "2026-03-02"}]), "2026-03-02 10:00", "1d", "2026-03-03 17:00"),
    (dict(BERLIN, away=[{"from": "2026-03-02T08:00", "to": "2026-03-02T13:00"}]),
     "2026-03-02 08:00", "1d", "2026-03-03 13:00"),
    (dict(BERLIN, focus=[{"days": "mon", "hours": "09:00-11:00"}]), "2026-03-02 08:00", "1d", "2026-03-03 11:00"),
]

# S14's example, and what it says of a change that is late, or after the answer.
CANCELLED = dict(BERLIN)
LIVE = [
    ("off Tue-Thu as of the post", [(None, OFF)], None, "2026-03-06 16:00"),
    ("cancelled on Wed", [(None, OFF), ("2026-03-04 10:00", CANCELLED)], None, "2026-03-05 10:00"),
    ("cancelled on Wed, answered before", [(None, OFF), ("2026-03-04 10:00", CANCELLED)], "2026-03-03 10:00",
     "2026-03-06 16:00"),
    ("time off said in time", [(None, BERLIN), ("2026-03-03 15:59", OFF)], None, "2026-03-06 16:00"),
    ("time off said at the due time", [(None, BERLIN), ("2026-03-03 16:00", OFF)], None, "2026-03-06 16:00"),
    ("time off said too late", [(None, BERLIN), ("2026-03-03 16:01", OFF)], None, "2026-03-03 16:00"),
]

ZONES = {
    # zone: dates around which its clock does something worth a question
    "Europe/Berlin": ["2026-03-29", "2026-10-25", "2037-10-25", "2038-03-28", "2099-10-25"],
    "Europe/London": ["1971-10-31", "2026-03-29", "2040-10-28"],
    "Europe/Dublin": ["2026-03-29", "2026-10-25", "2041-03-31"],
    "Europe/Moscow": ["2010-10-31", "2011-03-27", "2014-10-26"],
    "Europe/Istanbul": ["2015-11-08", "2016-09-07"],
    "America/New_York": ["2026-03-08", "2026-11-01", "2039-03-13"],
    "America/Los_Angeles": ["1974-01-06", "2026-03-08", "2077-11-07"],
    "America/St_Johns": ["1988-04-03", "1988-10-30", "2010-11-07", "2026-03-08"],
    "America/Havana": ["2026-03-08", "2026-11-01"],
    "America/Sao_Paulo": ["2017-10-15", "2018-02-18", "2018-11-04"],
    "America/Asuncion": ["2023-10-01", "2024-03-24", "2024-10-06"],
    "America/Santiago": ["2026-04-05", "2026-09-06", "2050-09-04"],
    "America/Caracas": ["2007-12-09", "2016-05-01"],
    "America/Nuuk": ["2023-03-26", "2024-03-31", "2045-10-29"],
    "America/Phoenix": ["2026-03-08"],
    "Africa/Casablanca": ["2026-02-15", "2026-03-22", "2031-12-21", "2087-04-27"],
    "Africa/El_Aaiun": ["2028-01-23", "2030-02-10"],
    "Africa/Cairo": ["2014-06-26", "2023-04-28", "2026-10-30", "2042-04-25"],
    "Africa/Monrovia": ["1971-06-07", "1972-01-07"],
    "Africa/Juba": ["2021-02-01"],
    "Asia/Kathmandu": ["1986-01-01", "2026-03-02"],
    "Asia/Kolkata": ["2026-08-15"],
    "Asia/Tehran": ["2021-09-22", "2022-03-22"],
    "Asia/Gaza": ["2026-03-28", "2026-10-24", "2030-03-30"],
    "Asia/Beirut": ["2023-03-30", "2026-10-25"],
    "Asia/Amman": ["2021-10-29", "2022-02-25"],
    "Asia/Pyongyang": ["2015-08-15", "2018-05-05"],
    "Asia/Tokyo": ["2026-04-29"],
    "Asia/Manila": ["1978-03-22", "1990-05-21"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04", "2043-10-04"],
    "Australia/Adelaide": ["2026-04-05", "2026-10-04"],
    "Pacific/Apia": ["2011-12-30", "2012-04-01", "2021-04-04"],
    "Pacific/Kwajalein": ["1993-08-21"],
    "Pacific/Kiritimati": ["1994-12-31"],
    "Pacific/Chatham": ["2026-04-05", "2026-09-27", "2047-09-29"],
    "Pacific/Auckland": ["2026-04-05", "2026-09-27"],
    "Antarctica/Troll": ["2026-03-29", "2026-10-25"],
    "Etc/GMT+12": ["2026-12-31"],
    "UTC": ["2026-12-31", "2096-02-28"],
}

HOURS = [
    {"mon-fri": "09:00-17:00"},
    {"mon-fri": "09:00-12:00 13:00-17:00"},
    {"mon-thu": "09:00-12:00 13:00-17:00", "fri": "09:00-15:00"},
    {"sun-thu": "08:30-16:30"},
    {"mon-fri": "22:00-06:00"},
    {"mon-sun": "22:00-06:00"},
    {"mon-sun": "00:00-08:00"},
    {"mon-sun": "00:00-24:00"},
    {"sat-mon": "01:30-02:45 23:10-00:20"},
    {"mon wed fri": "18:00-02:30", "sun": "00:00-04:00"},
    {"mon": "10:00-09:00", "tue": "08:00-12:00", "thu-fri": "20:00-10:00 09:00-11:00"},
    {"tue": "06:00-14:00", "thu": "14:00-22:00", "sat": "22:00-06:00"},
    {"mon-sun": "02:00-03:00"},
    {"mon-sun": "23:00-00:30 00:15-01:00"},
    None,
]
WINDOWS = ["10:00-12:00", "09:00-10:30 14:00-15:15", "08:00-20:00", "22:30-01:15", "00:00-03:00", "11:00-11:01"]
WITHIN = ["1m", "30m", "1h", "90m", "1h30m", "4h", "7h59m", "8h", "8h1m", "24h", "1d", "1d", "1d", "2d", "3d", "5d",
          "1d4h", "2d30m", "1d1m"]


def utc(text, zone):
    """A local time of the rules as an instant."""
    import zoneinfo
    at = datetime.datetime.fromisoformat(text).replace(tzinfo=zoneinfo.ZoneInfo(zone))
    return at.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def near(r, date, spread):
    return (date + datetime.timedelta(days=r.randint(*spread))).isoformat()


def clock(r):
    return "%02d:%02d" % (r.randint(0, 23), r.choice([0, 0, 15, 30, 45, 59, r.randint(0, 59)]))


def holiday(r, date):
    kind = r.randint(0, 4)
    if kind < 2:
        return near(r, date, (-2, 7))
    entry = {"date": near(r, date, (-1, 5))}
    first, last = sorted([clock(r), clock(r)])
    if kind in (2, 4):
        entry["from"] = first
    if kind in (3, 4) and last > first:
        entry["to"] = last
    return entry


def away(r, date):
    kind = r.randint(0, 5)
    start = near(r, date, (-2, 4))
    days = datetime.date.fromisoformat(start)
    if kind == 0:
        return {"from": start}
    if kind == 1:
        return {"from": start, "to": near(r, days, (0, 3))}
    if kind == 2:
        return {"from": start + "T" + clock(r), "to": near(r, days, (1, 3)) + "T" + clock(r)}
    if kind == 3:
        return {"from": start + "T09:00", "to": start + "T" + r.choice(["09:01", "10:45", "17:00"])}
    if kind == 4:
        return {"from": start + "T" + clock(r) + ":30Z", "to": near(r, days, (2, 3)) + "T" + clock(r)}
    return {"from": start + "T" + clock(r), "to": near(r, days, (1, 2))}


def calendar(r, zone, date):
    keys = {"zone": zone}
    hours = r.choice(HOURS)
    if hours is not None:
        keys["hours"] = hours
    if r.random() < 0.3:
        keys["hours_on"] = {near(r, date, (-1, 4)): r.choice(WINDOWS + ["none", ""]) for _ in range(r.randint(1, 3))}
    if r.random() < 0.4:
        keys["holidays"] = [holiday(r, date) for _ in range(r.randint(1, 3))]
    if r.random() < 0.4:
        keys["away"] = [away(r, date) for _ in range(r.randint(1, 3))]
    if r.random() < 0.4:
        keys["focus"] = [{"days": r.choice(["mon", "mon-fri", "tue thu sat", "sat-mon"]), "hours": r.choice(WINDOWS)},
                         {"date": near(r, date, (0, 4)), "hours": r.choice(WINDOWS)}][: r.randint(1, 2)]
    return keys


def start_near(r, date):
    at = datetime.datetime(date.year, date.month, date.day) + datetime.timedelta(
        days=r.randint(-3, 1), minutes=r.choice([r.randint(0, 1439), 15 * r.randint(0, 95)]),
        seconds=r.choice([0, 0, 0, 1, 30, 59]))
    return at


def question(r, zone, date):
    date = datetime.date.fromisoformat(date)
    start = start_near(r, date)
    q = {"start": start.strftime("%Y-%m-%dT%H:%M:%SZ")}
    kind = r.random()
    if kind < 0.12:
        q["by"] = near(r, start.date(), (1, 6))
    elif kind < 0.16:
        q["by"] = (start + datetime.timedelta(minutes=r.randint(0, 6000))).strftime("%Y-%m-%dT%H:%M:%SZ")
    else:
        q["within"] = r.choice(WITHIN)
        if r.random() < 0.1:
            q["clock"] = "calendar"
        if r.random() < 0.4:
            q["focus"] = r.choice(["pause", "count"])
    q["calendar"] = calendar(r, zone, date)
    return q


def some_date(r):
    day = datetime.date(1970, 1, 10).toordinal() + r.randint(0, 47400)
    return datetime.date.fromordinal(day).isoformat()


def questions(seed, nr):
    r = random.Random(seed)
    zones = sorted(ZONES)
    for number in range(nr):
        zone = zones[number % len(zones)]
        date = r.choice(ZONES[zone]) if r.random() < 0.75 else some_date(r)
        yield question(r, zone, date)


def live_question(r, zone, date):
    q = question(r, zone, date)
    keys, date = q.pop("calendar"), datetime.date.fromisoformat(date)
    q.pop("clock", None)
    if len(q.get("by", "")) > 10:
        q["by"] = q["by"][:10]
        q["by"] = (datetime.date.fromisoformat(q["by"]) + datetime.timedelta(days=1)).isoformat()
    at = datetime.datetime.fromisoformat(q["start"][:-1])
    q["versions"] = [{"calendar": keys}]
    for _ in range(r.randint(1, 3)):
        at += datetime.timedelta(minutes=r.randint(1, 3000), seconds=r.choice([0, 1, 59]))
        q["versions"].append({"at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                              "calendar": r.choice([calendar(r, zone, date), keys])})
    if r.random() < 0.3:
        at += datetime.timedelta(minutes=r.randint(-4000, 1000))
        q["answered"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return q


def share_question(r, zone, date):
    q = question(r, zone, date)
    for key in ("by", "within", "clock"):
        q.pop(key, None)
    until = datetime.datetime.fromisoformat(q["start"][:-1]) + datetime.timedelta(minutes=r.randint(0, 9000))
    q["until"] = until.strftime("%Y-%m-%dT%H:%M:00Z")
    q["share"] = r.choice([1, 33, 50, 50, 75, 99, 100])
    return q


def row(name, q):
    print(json.dumps({"name": name, "question": q, "answer": reference.answer(q)}))


def rules_table():
    for keys, start, within, want in RULES:
        keys = dict(keys)
        q = {"start": utc(start, keys["zone"]), "within": within}
        if keys.pop("count", False):
            q["focus"] = "count"
        q["calendar"] = keys
        found = reference.answer(q)
        assert found == {"due": utc(want, keys["zone"])}, (start, within, found)
        row("%s %s" % (start, within), q)
    for name, versions, answered, want in LIVE:
        q = {"start": utc("2026-03-02 16:00", "Europe/Berlin"), "within": "1d", "versions": []}
        for at, keys in versions:
            q["versions"].append({"at": utc(at, "Europe/Berlin"), "calendar": keys} if at else {"calendar": keys})
        if answered:
            q["answered"] = utc(answered, "Europe/Berlin")
        found = reference.answer(q)
        assert found["due"] == utc(want, "Europe/Berlin"), (name, found)
        row(name, q)


def no_time_table():
    """S9: the edges of 1,830 dates."""
    for days in (1828, 1829, 1830):
        date = (datetime.date(2026, 3, 2) + datetime.timedelta(days=days)).isoformat()
        keys = {"zone": "Asia/Kathmandu", "hours": {}, "hours_on": {date: "09:00-11:00"}}
        for within in ("2h", "121m", "1d"):
            row("only %d dates ahead, %s" % (days, within),
                {"start": "2026-03-02T01:00:00Z", "within": within, "calendar": keys})
    row("never", {"start": "2026-03-02T01:00:00Z", "within": "1h", "calendar": {"hours": {}}})


def table():
    rules_table()
    no_time_table()
    r = random.Random(2026)
    for zone in sorted(ZONES):
        for date in ZONES[zone]:
            for number in range(4):
                row("%s around %s, %d" % (zone, date, number + 1), question(r, zone, date))
            row("%s around %s, live" % (zone, date), live_question(r, zone, date))
            if r.random() < 0.5:
                row("%s around %s, share" % (zone, date), share_question(r, zone, date))


def main(args):
    if args == ["table"]:
        table()
    elif len(args) == 3 and args[0] == "questions":
        for q in questions(int(args[1]), int(args[2])):
            print(json.dumps(q))
    else:
        sys.exit(reference.__doc__)
