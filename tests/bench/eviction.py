# SPDX-License-Identifier: EUPL-1.2
"""Which tiles should a full cache let go? Plays one day's requests, with a seed in the middle that
asks for as many other tiles once each, to LRU, SIEVE and S3-FIFO: hits of the people's requests.

Run by hand: python3 eviction.py"""

import bisect
import itertools
import random
from collections import OrderedDict, deque

TILES, REQUESTS, SKEW = 50_000, 200_000, 0.9
ROOMS = (500, 2_500, 10_000)


class Lru:
    def __init__(self, room):
        self.room, self.held = room, OrderedDict()

    def ask(self, tile):
        if tile in self.held:
            self.held.move_to_end(tile)
            return True
        if len(self.held) >= self.room:
            self.held.popitem(last=False)
        self.held[tile] = None
        return False


class Sieve:
    """A list in order of arrival; a hand walks it from the old to the new, sparing what was used."""

    def __init__(self, room):
        self.room, self.held, self.slots, self.hand = room, {}, [], 0

    def ask(self, tile):
        if tile in self.held:
            self.held[tile] = True
            return True
        if len(self.held) >= self.room:
            self.evict()
        self.held[tile] = False
        self.slots.append(tile)
        return False

    def evict(self):
        while True:
            if self.hand >= len(self.slots):
                self.slots = [tile for tile in self.slots if tile is not None]
                self.hand = 0
            tile = self.slots[self.hand]
            self.hand += 1
            if tile is None:
                continue
            if not self.held[tile]:
                del self.held[tile]
                self.slots[self.hand - 1] = None
                return
            self.held[tile] = False


class S3Fifo:
    def __init__(self, room):
        self.room, self.uses = room, {}
        self.small, self.main, self.ghosts = deque(), deque(), OrderedDict()

    def ask(self, tile):
        if tile in self.uses:
            self.uses[tile] = min(3, self.uses[tile] + 1)
            return True
        while len(self.uses) >= self.room:
            self.step()
        self.uses[tile] = 0
        (self.main if self.ghosts.pop(tile, False) else self.small).append(tile)
        return False

    def step(self):
        small = self.small and (not self.main or len(self.small) > self.room / 10)
        tile = (self.small if small else self.main).popleft()
        if self.uses[tile]:
            self.uses[tile] = 0 if small else self.uses[tile] - 1
            self.main.append(tile)
            return
        del self.uses[tile]
        if small:
            self.ghosts[tile] = True
            if len(self.ghosts) > self.room:
                self.ghosts.popitem(last=False)


def day():
    """(tile, asked by people?), the seed in the middle."""
    chance = random.Random(1)
    weights = list(itertools.accumulate(1 / rank**SKEW for rank in range(1, TILES + 1)))
    people = [bisect.bisect(weights, chance.random() * weights[-1]) for _ in range(REQUESTS)]
    seed = iter(range(TILES))
    for number, tile in enumerate(people):
        yield tile, True
        if 0.45 < number / REQUESTS < 0.55:
            yield from ((TILES + scanned, False) for scanned in itertools.islice(seed, 5))


def main():
    requests = list(day())
    for kind in (Lru, Sieve, S3Fifo):
        shares = []
        for room in ROOMS:
            cache = kind(room)
            hits = sum(cache.ask(tile) and people for tile, people in requests)
            shares.append(f"{100 * hits / REQUESTS:.1f} %")
        print(f"| {kind.__name__} |", " | ".join(shares), "|")


main()
