"""Letters and signs that stand beside digits, as pen strokes in the notation of model.numerals.

Left out are those that look like a digit: B, b, D, I, l, O, P, q, S, y, Z, a bare post, a comma.
"""

LETTERS: tuple[str, ...] = (
    "09 40 40 89, 16 66",  # A
    "73 42 15 38 66, 72 77 89",  # a
    "81 40 14 16 49 88",  # C
    "80 10 10 19 19 89, 14 64",  # E
    "15 75 72 42 14 27 59 87",  # e
    "80 10 10 19, 14 64",  # F
    "80 51 49, 14 84",  # f
    "00 09, 80 89, 04 84",  # H
    "10 19, 15 44 66 69",  # h
    "10 19, 80 15 15 89",  # K
    "20 14 16 29, 73 26 26 89",  # k
    "10 19 19 89",  # L
    "09 10 10 45 45 80 80 99",  # M
    "04 09, 06 24 39, 36 64 79 89",  # m
    "09 00 00 89 89 80",  # N
    "13 19, 15 43 66 69",  # n
    "50 21 05 28 59 88 95 81 50, 66 99",  # Q
    "10 19, 10 60 82 64 14 14 89",  # R
    "13 19, 15 43 73",  # r
    "00 80, 40 49",  # T
    "40 48 69 88, 14 74",  # t
    "00 06 39 78 80, 80 89",  # U
    "03 07 28 66, 63 68 89",  # u
    "00 49 49 80",  # V
    "00 29 29 45 45 69 69 90",  # W
    "03 28 46 68 93",  # w
    "00 08 29 48 60, 60 69",  # u
    "00 49 80",  # v
    "10 29 29 55 55 89 89 70",  # W
    "81 40 14 16 49 87 85 55, 85 89",  # G
    "70 78 49 18 16",  # J
    "60 67 49 27, 20 90",  # J
    "06 32 50 52 38 49 67",  # script l
    "10 19, 19 89, 10 80, 14 64",  # E in four strokes
    "00 80, 40 49, 09 89",  # I with serifs
    "24 42 64 68 29 15 24, 64 69 99",  # script a
    "50 09, 50 99, 16 86",  # A
    "00 44 80, 44 48 19",  # y
    "05 23 25 44 46 65 67 86",  # m, script
    "13 19, 14 43 55 59, 55 84 96 99",  # m
    "00 89, 80 09",  # X
    "00 44 44 80, 44 49",  # Y
    "75 33 15 27 57 75, 70 79",  # d
    "09 00 00 59 59 50, 74 65 67 78 87 85 74, 69 89",  # No
    "09 00 00 49 49 40, 65 57 69 87 85 65",  # No
    "09 00 00 40 42 04 04 49, 85 64 66 86 88 59",  # Rs
    "09 00 30 42 04 49, 84 64 66 86 78 59, 99 99",  # Rs, with a point
    "00 05 17 36 40, 72 51 53 74 76 57, 60 68",  # US$
    "10 16 28 67 70, 79 99",  # U with a point
    "09 50 99, 05 95",  # A, closed low
    "19 12 30 60 82 89, 16 86",  # round A
    "09 00 44 80 89",  # M
    "80 20 14 44 14 19 79",  # script E
    "02 00 90 92, 50 59, 39 69",  # T with serifs
    "01 10 22 15 09, 24 72 80, 24 57 88 97",  # script K
    "05 25 33 21 37 47 64 66 77 95",  # script words: le
    "06 24 46 64 66 84 97",  # script n
    "04 07 27 45 47 67 84 87 98",  # script u
    "06 23 26 45 53 57 86 94",  # script w
    "06 34 35 27 47 64 65 57 87",  # script s and e
    "20 28 39 48, 04 54, 76 64 85 77 65, 85 88",  # ta
    "64 35 37 58 67 64 68 98",  # script a
)
"""Letters and abbreviations that no reader would take for a digit."""

SIGNS: tuple[str, ...] = (
    "30 29, 70 69, 03 93, 06 96",  # number sign
    "81 40 12 44 75 78 48 08, 40 49",  # dollar
    "81 50 23 26 59 88, 03 63, 06 66",  # euro
    "50 59, 05 95",  # plus
    "03 93, 06 96",  # equals
    "05 95",  # dash
    "05 95 95 90",  # a frame's corner
    "00 90 90 99",  # a frame's corner
    "09 00 00 90",  # a frame's corner
    "00 09 09 99",  # a frame's corner
    "00 90 90 99 99 09 09 00 00",  # a box
    "09 00 00 90 90 99",  # three sides of a box
    "90 00 00 09 09 99",  # three sides of a box
    "00 90, 50 59, 09 99",  # a box between two rules
    "05 95, 30 39",  # a rule and a post
    "05 39 39 90",  # a tick
    "90 05 05 99",  # less than
    "07 15 24 45 64 83 92",  # a wave
    "50 59, 05 95, 11 88, 81 18",  # asterisk
    "90 09, 21 10 01 12 21, 87 76 67 78 87",  # per cent
    "88 31 40 62 25 27 49 86",  # ampersand
    "00 18 30 48 60 78 90",  # zigzag
    "04 21 47 73 92 95, 08 26 57 98",  # waves
    "20 29, 70 79",  # two posts
    "20 29, 70 79, 05 95",  # two crossed posts
    "81 40 12 44 75 78 48 08, 30 39, 60 69",  # dollar, two bars
    "72 41 23 54 76 48 17, 60 39",  # dollar, leaning
    "91 50 22 35 65 77 49 18 16, 70 29, 80 39",  # dollar, two leaning bars
    "82 60 32 44 75 67 38 17, 51 59",  # dollar
    "03 92, 06 95",  # equals, leaning
    "14 64, 16 86",  # equals, unequal
    "02 92, 05 95, 08 98",  # identical to
    "05 35, 65 95",  # two dashes in a row
    "04 25 34, 65 84 95",
    "04 94, 06 24 46 65 95",  # a double dash, wavy
    "05 94 95 06",  # a dash there and back
    "60 32 25 37 69, 95 95",  # parenthesis and a point
    "60 20 20 29 29 69",  # bracket
    "30 70 70 79 79 39",  # bracket
    "70 51 43 24 24 45 48 69",  # brace
    "40 29, 70 59, 03 93, 06 96",  # number sign, leaning
    "10 19, 20 28, 03 93, 07 97",  # number sign, shaken
    "14 36, 16 34, 25 25 23 27, 64 86, 66 84, 75 75 73 77",  # two stars in a chain
    "25 05 14 36 25 05 16 34, 75 55 64 86 75 55 66 84",
    "05 15 27 44 71 90",  # a tick
    "04 28 28 51 90",  # a tick
    "05 95, 73 95 95 77",  # an arrow
    "95 05, 23 05 05 27",  # an arrow
    "90 09, 49 09 09 04",  # an arrow
    "05 95 95 77 57",  # an underline with a hook
    "07 36 66 95 86 57",
    "05 35 95 96 48 27",
    "04 95, 95 17 17 96",  # underlined there and back
    "90 09, 95 59",  # two slashes, unequal
    "00 90, 09 99",  # two rules
    "00 90, 00 09, 45 95",  # a frame and a dash
    "00 09, 02 92",  # a corner of a table
)
"""Signs, and what forms leave of their frames."""

OTHERS = (*LETTERS, *SIGNS)
"""All that is no digit."""
