"""The WAL that a repository has, from a backup on: all of it, without a gap, is what a restore has to replay."""
import json
import re

from verify_run import SCRATCH, SETTINGS, Failed, pgbackrest, trouble


def listed(repository, folder):
    answer = pgbackrest(repository, "--output=json", "repo-ls", folder)
    if answer.returncode != 0:
        raise trouble("the archive cannot be listed", answer.stderr)
    return json.loads(answer.stdout)


def name_of(timeline, number, size):
    each = 0x100000000 // size
    return "%08X%08X%08X" % (timeline, number // each, number % each)


def place_of(name, size):
    """The timeline of a segment, and its number in the whole of the WAL."""
    return int(name[:8], 16), int(name[8:16], 16) * (0x100000000 // size) + int(name[16:24], 16)


def address(text):
    high, low = text.split("/")
    return int(high, 16) << 32 | int(low, 16)


def history(repository, timeline):
    """The timelines that lead to one, the oldest first, with the address at which each of them begins and ends."""
    lines = []
    if timeline > 1:
        name = "%08X.history" % timeline
        file = SCRATCH + "/" + name
        answer = pgbackrest(repository, "archive-get", name, file)
        if answer.returncode != 0:
            raise trouble("%s cannot be had, without which recovery does not get there" % name, answer.stderr)
        with open(file) as text:
            lines = re.findall(r"^\s*(\d+)\s+([0-9A-F]+/[0-9A-F]+)", text.read(), re.M)
    ends = [(int(parent), address(end)) for parent, end in lines] + [(timeline, float("inf"))]
    begins = [0] + [end for _, end in ends]
    return [(each, begin, end) for (each, end), begin in zip(ends, begins)]


def newest(repository, backup, size):
    """The last segment on the way to the newest timeline, after which replay has to end; Failed if one before it is missing."""
    folder = "archive/%s/%s" % (SETTINGS["stanza"], backup["archiveId"])
    first = backup["archive"]["start"]
    top = listed(repository, folder)
    times = {}
    for log in top:
        if re.match(r"^[0-9A-F]{16}$", log) and log >= first[:16]:
            for file, found in listed(repository, folder + "/" + log).items():
                if re.match(r"^[0-9A-F]{24}-", file):
                    times[place_of(file, size)] = found["time"]
    histories = [int(file[:8], 16) for file in top if re.match(r"^[0-9A-F]{8}\.history$", file)]
    timeline = max([place_of(first, size)[0]] + histories + [place[0] for place in times])
    way = history(repository, timeline)

    def on_way(place):
        start = place[1] * size
        return any(each == place[0] and start < end and start + size > begin for each, begin, end in way)

    begin = place_of(first, size)[1]
    found = {number: (each, number) for each, number in sorted(times) if number >= begin and on_way((each, number))}
    if not found:
        raise Failed("no WAL from %s on, with which the backup begins" % first)
    last = max(found)
    missing = [number for number in range(begin, last) if number not in found]
    newest_name = name_of(*found[last], size)
    if missing:
        owner = next(each for each, start, end in way if start <= missing[0] * size < end)
        raise Failed(
            "%d of the WAL segments from the backup to the newest, %s, are missing, the first is %s: a restore would lose what is after it"
            % (len(missing), newest_name, name_of(owner, missing[0], size))
        )
    since = last - place_of(backup["archive"]["stop"], size)[1]
    names = {number: name_of(*place, size) for number, place in found.items()}
    return {"names": names, "name": newest_name, "time": times[found[last]], "size": size, "since": since}
