#!/usr/bin/env python3
"""Draws terminal output (text with ANSI colours, standard input) as an SVG (standard output), for the README.

usage: tmux capture-pane -e -p | eng/terminal-picture.py > docs/images/demo.svg
"""
import html
import re
import sys

COLOURS = {30: '#484f58', 31: '#ff7b72', 32: '#3fb950', 33: '#d29922', 34: '#58a6ff', 35: '#bc8cff', 36: '#39c5cf', 37: '#b1bac4',
           90: '#6e7681', 91: '#ffa198', 92: '#56d364', 93: '#e3b341', 94: '#79c0ff', 95: '#d2a8ff', 96: '#56d4dd', 97: '#ffffff'}
PLAIN, GROUND, WIDTH, HEIGHT = '#c9d1d9', '#0d1117', 8.4, 19

lines = sys.stdin.read().rstrip('\n').split('\n')
columns = max(len(re.sub('\x1b\\[[0-9;]*m', '', line)) for line in lines)
out = []
for number, line in enumerate(lines):
    x, colour, bold = 0, PLAIN, False
    for part in re.split('(\x1b\\[[0-9;]*m)', line):
        if part.startswith('\x1b['):
            codes = [int(c or 0) for c in part[2:-1].split(';')]
            while codes:
                code = codes.pop(0)
                if code == 0:
                    colour, bold = PLAIN, False
                elif code == 1:
                    bold = True
                elif code == 2:
                    colour = COLOURS[90]
                elif code == 38 and codes[:1] == [5]:
                    colour, codes = COLOURS.get({1: 31, 2: 32, 3: 33, 8: 90, 9: 91, 10: 92, 11: 93}.get(codes[1], 37), PLAIN), codes[2:]
                elif code == 39:
                    colour = PLAIN
                elif code == 22:
                    bold = False
                elif code in COLOURS:
                    colour = COLOURS[code]
        elif part:
            if part.strip():
                weight = ' font-weight="bold"' if bold else ''
                out.append(f'<text x="{20 + x * WIDTH:.1f}" y="{52 + number * HEIGHT}" fill="{colour}"{weight} xml:space="preserve">{html.escape(part)}</text>')
            x += len(part)
width, height = 40 + columns * WIDTH, 70 + len(lines) * HEIGHT
print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}" '
      f'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">')
print(f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>')
for i, dot in enumerate(('#ff5f57', '#febc2e', '#28c840')):
    print(f'<circle cx="{20 + i * 18}" cy="18" r="6" fill="{dot}"/>')
print('\n'.join(out))
print('</svg>')
