"""The proofs on words of memory, made by the sort itself (here in Python) and by others."""

import array
import pathlib
import random
import struct
import tempfile
import unittest

from autopsy import arrays_text, moved_starts, sort_stack, sorted_items

ENTRIES = 1024
AFTER = 3000  # words behind the arrays
UPPER = 0x7F1A  # of addresses on the stack


class Memory:
    """The sort's two arrays as they lie on the stack, and what is around them."""

    def __init__(self, seed=1):
        numbers = random.Random(seed)
        self.before = [numbers.randrange(-2**31, 2**31) for _ in range(100)] + [-1]
        self.words = [numbers.randrange(-2**31, 2**31) for _ in range(2 * ENTRIES + AFTER)]

    def data(self):
        return array.array("i", self.before + self.words).tobytes()


def sort(items, memory, until):
    """The historical sort. None is a hole. Stops when level `until` is reached, or when it is done."""
    words, i = memory.words, 0
    words[ENTRIES], words[0] = 0, len(items) - 1
    while 0 <= i < until:
        pivot, left, right = words[ENTRIES + i], words[ENTRIES + i] + 1, words[i]
        if left > right:
            i -= 1
            continue
        while left < right:
            if compare(items[left], items[pivot]) <= 0:
                left += 1
            else:
                items[left], items[right] = items[right], items[left]
                right -= 1
        if compare(items[left], items[pivot]) < 0:
            items[left], items[pivot] = items[pivot], items[left]
        if right == words[i]:
            words[i] = left - 1
            continue
        words[ENTRIES + i + 1] = right
        words[i + 1] = words[i]
        words[i] = left - 1
        i += 1


def reaches(items, level):
    """Whether the sort writes to a level."""
    memory = Memory()
    marker = memory.words[ENTRIES + level] = -7
    sort(items, memory, level)
    return memory.words[ENTRIES + level] != marker


def compare(a, b):
    if a is None:
        return 1
    return -1 if b is None else (a > b) - (a < b)


def ring(nodes, replicas, seed):
    """A sorted ring, from which one node was removed."""
    numbers = random.Random(seed)
    owners = [node for node in range(nodes) for _ in range(replicas)]
    numbers.shuffle(owners)
    return [None if owner == 0 else place for place, owner in enumerate(owners)]


def find(words, before=(-1,)):
    memory = Memory()
    memory.before += before
    memory.words[:len(words)] = words
    return sort_stack.find(memory.data(), UPPER)


class Sorted(unittest.TestCase):
    def overflow(self, nodes, replicas, until, seed=2):
        memory = Memory(seed)
        sort(ring(nodes, replicas, seed), memory, until)
        return memory, sort_stack.find(memory.data(), UPPER)

    def test_a_sort_that_wrote_past_its_arrays(self):
        for until in (1024, 1026, 1050):
            with self.subTest(until):
                _, seen = self.overflow(4, 1200, until)
                self.assertEqual((seen["depth"], seen["held"], seen["last"]), (until, 1023, 4799))

    def test_a_sort_that_ended(self):
        _, seen = self.overflow(4, 1200, 1 << 30)
        self.assertEqual((seen["live"], seen["held"], seen["last"]), (0, 1023, 4798))

    def test_one_level_less_is_no_overflow(self):
        self.assertIsNone(self.overflow(4, 1200, 1023)[1])
        self.assertIsNotNone(self.overflow(4, 1200, 1024)[1])

    def test_many_irregular_levels_prove(self):
        memory = Memory()
        starts, step = [0], 1
        while len(starts) < 1060:
            starts.append(starts[-1] + step)
            step = step + 1 if len(starts) < 60 else 1
        for level in range(1059):  # as splits write them
            memory.words[ENTRIES + level + 1] = starts[level + 1]
            memory.words[level + 1] = starts[-1] + 40
            memory.words[level] = starts[level + 1] - 1
        seen = sort_stack.find(memory.data(), UPPER)
        self.assertIsNone(sort_stack.doubt(seen))
        # The border, and all levels but a few, are necessary.
        top = 101 + 1059
        words = array.array("i", memory.data())
        words[top + 1] += 1
        self.assertIsNone(sort_stack.find(words.tobytes(), UPPER))
        words = array.array("i", memory.data())
        for level in range(24):
            words[top + 300 + level] -= 1
        self.assertIsNone(sort_stack.find(words.tobytes(), UPPER))

    def test_a_sort_that_went_on_elsewhere(self):
        memory, _ = self.overflow(4, 1200, 1040)
        for level in range(160):  # the ends of a sort that begins again at 0
            memory.words[1041 + level] = level * (level + 1) // 2
        seen = sort_stack.find(memory.data(), UPPER)
        self.assertEqual((seen["depth"], seen["of"], seen["held"]), (1040, 1023 - 160, 1023 - 160))
        memory.words[1200 + ENTRIES - 500:1200 + ENTRIES - 450] = [7] * 50  # too many partners are gone
        self.assertIsNone(sort_stack.find(memory.data(), UPPER))

    def test_a_pointer_behind_the_arrays_was_overwritten_at_once(self):
        memory, _ = self.overflow(4, 1200, 1024)
        memory.words[ENTRIES] = 0  # ends[1024] was written elsewhere, or not
        partner = memory.words[2 * ENTRIES]
        self.assertIsNone(sort_stack.find(memory.data(), UPPER))  # a table of 1024 ranges and 1025 starts leaves the same
        memory.words[2 * ENTRIES + 1] = UPPER
        for elsewhere in (0, 172, 400):  # `ends` moved, or `starts` did, and the sort began again at 0
            memory.words[ENTRIES:ENTRIES + elsewhere] = [level * (level + 1) // 2 for level in range(elsewhere)]
            memory.words[2 * ENTRIES] = partner
            seen = sort_stack.find(memory.data(), UPPER)
            self.assertEqual((seen["depth"], seen["of"], seen["held"]), (1023, 1023 - elsewhere, 1023 - elsewhere))
            self.assertEqual(sort_stack.doubt(seen), "two counters past two arrays")  # one irregular level proves nothing
            for other in (partner + 1, partner - 1, 0):  # nothing was written past the end
                memory.words[2 * ENTRIES] = other
                self.assertIsNone(sort_stack.find(memory.data(), UPPER))

    def test_full_arrays_behind_a_small_word_are_no_overflow(self):
        def items():  # the first split is not at 1
            return [300, *range(300), *[None] * 1024]
        self.assertTrue(reaches(items(), 1023))
        self.assertFalse(reaches(items(), 1024))
        memory = Memory()
        sort(items(), memory, 1023)
        for small in (0, 299):
            memory.before[-2:] = [-1, small]
            runs = sort_stack.rising_runs(array.array("i", memory.data()))
            self.assertIn(ENTRIES, [last - first for first, last in runs])  # as long as one that overflowed
            self.assertIsNone(sort_stack.find(memory.data(), UPPER))

    def test_a_ring_of_one_node_is_too_regular(self):
        _, seen = self.overflow(1, 1100, 1030)
        self.assertEqual(sort_stack.doubt(seen), "two counters past two arrays")

    def test_few_bytes(self):
        for size in (0, 1, 3, 4, 4096, 4100, 8192):
            self.assertIsNone(sort_stack.find(bytes(size), UPPER))
            self.assertIsNone(sort_stack.find(array.array("i", range(size)).tobytes(), UPPER))


class Moved(unittest.TestCase):
    STACK = 0x7F1A327F7700

    def find(self, change=None, shift=0, again=(), holes=False):
        """Run 1 is levels 0 to 1031; its next start, 28000, is the low half of where `starts` is now. `again` has the ends of levels
        that were sorted again. With `holes`, the second run has no others."""
        first = [level * (level + 1) // 2 for level in range(40)] + list(range(27008, 28000))
        second = [*(range(26000, 26200) if holes else (level * (level + 1) // 2 for level in range(200))), -1]
        starts = array.array("i", [end + 1 for end in second[:-1]])
        if change is not None:
            starts[change] += 1
        second[:len(again)] = again
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "memory"
            path.write_bytes(starts.tobytes())
            begin = (self.STACK >> 32 << 32) + 28000 + shift + 4 * 1033
            core = {"loads": [{"start": begin, "end": begin + 800, "offset": 0, "file_size": 800, "writable": True}]}
            return moved_starts.find(path, core, self.STACK, array.array("i", [-1, *first, *second]).tobytes())

    def test_starts_where_the_first_run_says(self):
        seen = self.find()
        self.assertEqual((seen["depth"], seen["held"], seen["last"], sort_stack.doubt(seen)), (1031, 200, 27999, None))
        self.assertEqual(self.find(change=150)["held"], 150)
        self.assertEqual(self.find(change=50)["held"], 200 - 64)  # the later part

    def test_starts_that_moved_again(self):
        """A second run that reached the pointer moved it to another index, and the lowest levels were sorted again."""
        for shift in (0, 1, 63):
            self.assertEqual(self.find(shift=shift)["held"], 200)
        for shift in (-27000, -1, 64, 1 << 17, -1 << 17, 1 << 32):
            self.assertIsNone(self.find(shift=shift))
        seen = self.find(again=[0, 1, 3, 6, 9, 8, 9])
        self.assertEqual((seen["held"], sort_stack.doubt(seen)), (193, None))
        self.assertIsNone(self.find(again=[3, 2] * 10))

    def test_a_second_run_of_holes_proves_only_where_the_first_run_says(self):
        self.assertIsNone(sort_stack.doubt(self.find(holes=True)))
        self.assertEqual(sort_stack.doubt(self.find(holes=True, shift=4)), "two counters past two arrays")

    def test_a_half_pointer_says_where(self):
        """The last ends of the first run were sorted again. So only the second run is too long, and the pointer behind the arrays tells
        where its starts are, or were before it was overwritten again."""
        second = [level * (level + 1) // 2 for level in range(200)] + list(range(26000, 26824))
        def find(low, upper=self.STACK >> 32, moved=28000, changed=7):
            first = [level * (level + 1) // 2 + 1 for level in range(1024 - changed)] + [0] * changed
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "memory"
                path.write_bytes(array.array("i", [end + 1 for end in second]).tobytes())
                begin = (self.STACK >> 32 << 32) + moved + 4 * 1025
                core = {"loads": [{"start": begin, "end": begin + 4096, "offset": 0, "file_size": 4096, "writable": True}]}
                return moved_starts.find(path, core, self.STACK, array.array("i", [-1, *first, *second, low, upper, 7]).tobytes())
        seen = find(28000)
        self.assertEqual((seen["held"], sort_stack.doubt(seen)), (1024, None))
        self.assertEqual(sort_stack.doubt(find(27970)), None)
        self.assertIsNone(find(27800))
        self.assertIsNone(find(28000, upper=7))
        self.assertIsNone(find(28000, moved=28400))

    def test_a_second_run_in_the_place_of_levels_that_were_popped(self):
        """The first run's last levels were popped, and another sort began in their words, and reached the pointer."""
        def find(left, moved=28003, first=None):
            run = [level * (level + 1) // 2 for level in range(200)]
            run += range(26000, 26000 + 2 * ENTRIES - left - len(run))
            begin = (self.STACK >> 32 << 32) + moved + 4 * (left + 1)
            core = {"loads": [{"start": begin, "end": begin + 4 * len(run), "offset": 0, "file_size": 4 * len(run), "writable": True}]}
            ends = first or [3 * level for level in range(left)]
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "memory"
                path.write_bytes(array.array("i", [end + 1 for end in run]).tobytes())
                return moved_starts.find(path, core, self.STACK, array.array("i", [-1, *ends, *run, 28000, self.STACK >> 32, 7]).tobytes())
        for left in (984, 600):
            seen = find(left)
            self.assertEqual((seen["held"], sort_stack.doubt(seen)), (2 * ENTRIES - left, None))
        self.assertIsNone(find(500))
        self.assertIsNone(find(984, moved=28100))
        self.assertIsNone(find(984, first=[*range(500), *range(484)]))

    def test_a_second_run_over_both_halves_of_the_pointer(self):
        """Only the first run, whole or without its last levels, tells where its starts are."""
        def find(left, second=ENTRIES, shift=0, change=0):
            ends = [*(level * (level + 1) // 2 for level in range(40)), *range(27008, 27008 + left - 40)]
            run = [level * (level + 1) // 2 for level in range(200)] + list(range(26000, 26000 + second - 200))
            begin = (self.STACK >> 32 << 32) + 27008 + ENTRIES - 40 + shift + 4 * (left + 1)
            core = {"loads": [{"start": begin, "end": begin + 4 * len(run), "offset": 0, "file_size": 4 * len(run), "writable": True}]}
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "memory"
                path.write_bytes(array.array("i", [end + 1 + change for end in run]).tobytes())
                return moved_starts.find(path, core, self.STACK, array.array("i", [-1, *ends, *run, 0, 27999, 7]).tobytes())
        for left, second in ((ENTRIES, ENTRIES), (1018, 1030), (600, 1448)):
            seen = find(left, second)
            self.assertEqual((seen["depth"], seen["held"], seen["again"], sort_stack.doubt(seen)), (left - 1, second, second, None))
            self.assertIn(f"wrote {second} further levels", "".join(arrays_text.explain(seen | {"start": 0, "items": None})))
        self.assertIsNone(find(500, 1548))
        for other in ({"shift": -1}, {"shift": 100}, {"change": 1}):
            self.assertIsNone(find(ENTRIES, **other))


class Others(unittest.TestCase):
    def test_counters(self):
        for step in range(1, 17):
            with self.subTest(step):
                self.assertIsNone(find([step * i for i in range(2 * ENTRIES + 100)]))
                self.assertIsNone(find([step * i for i in range(ENTRIES)] * 2))

    def test_counters_in_lockstep(self):
        def lockstep(step):
            words = [0] * (2 * ENTRIES + 100)
            for i in range(1040):
                words[ENTRIES + i], words[i] = step * i, step * (i + 1) - 1
            return find(words)
        self.assertEqual(sort_stack.doubt(lockstep(1)), "two counters past two arrays")
        for step in range(2, 17):
            self.assertIsNone(lockstep(step))

    def test_sorted_integers(self):
        numbers = random.Random(3)
        for spread in (1, 4, 1000):
            values = sorted(numbers.sample(range(4000 * (spread + 1)), 3000))
            self.assertIsNone(find(values))
            self.assertIsNone(find([values[0] - 2, *values[:ENTRIES], *values[:ENTRIES]]))

    def test_a_table_of_ranges(self):
        numbers, words, at = random.Random(4), [0] * (2 * ENTRIES + 100), 0
        for i in range(1040):
            words[ENTRIES + i] = at
            at += numbers.randrange(1, 20)
            words[i] = at - 1
        self.assertEqual(sort_stack.doubt(find(words)), "a table of ranges past its end")


class Items(unittest.TestCase):
    """The array that is being sorted, in a file in place of a core dump."""

    HEAP, STACK = 0x7FA300000000, 0x7FFD00000000
    SEEN = {"bottom": 2999, "last": 4099}

    def find(self, items, seen=None, at=HEAP + 16, register=False):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "memory"
            path.write_bytes(bytes(16) + struct.pack(f"<{len(items)}Q", *items) + bytes(64))
            size = path.stat().st_size
            core = {"registers": {"rdi": f"0x{at if register else 0:016x}"},
                    "loads": [{"start": self.HEAP, "end": self.HEAP + size, "offset": 0, "file_size": size, "writable": True}]}
            stack = struct.pack("<3Q", 1, 0 if register else at, 2)
            return sorted_items.find(path, core, [(self.STACK, stack)], seen or self.SEEN)

    def test_points_and_then_holes(self):
        items = [0x7FA300001000 + 16 * i for i in range(3000)] + [0] * 1100
        found = {"start": self.HEAP + 16, "points": 3000, "holes": 1100}
        self.assertEqual(self.find(items), found)
        self.assertEqual(self.find(items, register=True), found)
        self.assertEqual(self.find(items, self.SEEN | {"bottom": 2990})["points"], 3000)  # levels of single points
        # Each condition is necessary.
        self.assertIsNone(self.find(items, at=self.HEAP + 24))
        self.assertIsNone(self.find(items, self.SEEN | {"bottom": 2900}))
        self.assertIsNone(self.find(items, self.SEEN | {"bottom": 3000}))
        self.assertIsNone(self.find(items[:2000] + [0] + items[2001:]))
        self.assertIsNone(self.find(items[:-1] + [1]))
        self.assertIsNone(self.find(items[:-100]))  # the array ends before the last index
        self.assertIsNone(self.find(items, {"bottom": 2999, "last": 3020}))

    def test_a_ring_of_one_node(self):
        self.assertIsNone(self.find([0] * 4100, self.SEEN | {"bottom": 0}))
        self.assertIsNone(self.find([1] * 30 + [0] * 4070, self.SEEN | {"bottom": 29}))


if __name__ == "__main__":
    unittest.main()
