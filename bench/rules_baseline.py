"""The word lists of rules_ptbr.toml as a straightforward Python program would use them: every pattern a
compiled `re`, searched in every message of the speaker whom its group is about.

usage: python3 rules_baseline.py RULES.toml < TRANSCRIPTS   (one JSON array of messages per line)
Prints one JSON object: conversations, seconds, conversations_per_second, leads.
"""
import json
import re
import sys
import time
import tomllib
import unicodedata


def fold(text):
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def compile_pattern(pattern, terms):
    while (name := re.search(r"<(\w+)>", pattern)) is not None:
        term = terms[name.group(1)]
        alternatives = term if isinstance(term, str) else "|".join(term)
        pattern = pattern.replace(name.group(0), f"(?:{alternatives})")
    pattern = pattern.replace(" ~ ", r"(?: \w+){0,3}? ")
    return re.compile(rf"\b(?:{fold(pattern)})\b")


def of_team(group):
    return group["kind"].startswith("team_")


def main():
    with open(sys.argv[1], "rb") as file:
        rules = tomllib.load(file)
    groups = [
        (group, [compile_pattern(p, rules["terms"]) for p in group["patterns"]])
        for group in rules["group"]
    ]
    keywords = [
        [compile_pattern(p, rules["terms"]) for p in category.get("keywords", [])]
        for category in rules["category"]
    ]
    transcripts = sys.stdin.readlines()
    leads = 0
    start = time.perf_counter()
    for transcript in transcripts:
        found = set()
        points = [0] * len(keywords)
        for message in json.loads(transcript):
            author = message.get("author")
            if author not in ("contact", "human", "bot") or not message.get("text"):
                continue
            text = fold(message["text"])
            for group, patterns in groups:
                if of_team(group) == (author == "contact"):
                    continue
                if any(pattern.search(text) for pattern in patterns):
                    found.add(group["kind"])
            if author == "contact":
                for index, patterns in enumerate(keywords):
                    points[index] += sum(1 for pattern in patterns if pattern.search(text))
        leads += "lead" in found and "refusal" not in found
    seconds = time.perf_counter() - start
    print(json.dumps({
        "conversations": len(transcripts),
        "seconds": round(seconds, 3),
        "conversations_per_second": round(len(transcripts) / seconds),
        "leads": leads,
    }))


main()
