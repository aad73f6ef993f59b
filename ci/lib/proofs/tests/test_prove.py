"""ci/prove without its provers: what is read from Frama-C's output, and each kind of failure."""
import contextlib
import io
import pathlib
import re
import tempfile
import unittest
from unittest import mock

from proofs import frama_c, of_function, record, targets
from proofs.commands import prove
from proofs.targets import Target
from shared.errors import CannotRun

PRINTED = """\
[kernel] Parsing sort.c (with preprocessing)
[wp] Running WP plugin...
[wp] 5 goals scheduled
[wp] [Passed] Smoke-test typed_sort_wp_smoke_default_requires
[wp] [Failed] Smoke-test typed_sort_wp_smoke_dead_code_s19
  Qed: Valid
[wp] [Qed] Goal typed_sort_ensures : Valid (29ms)
[wp] [CVC4 1.8] Goal typed_sort_loop_invariant_preserved : Valid (Qed:261ms) (1.4s) (18599)
[wp] [Z3 4.8.12] Goal typed_swap_ensures : Valid (90ms) (139636)
[wp] [CVC4 1.8] Goal typed_sort_loop_assigns : Timeout (Qed:261ms) (20s)
[wp] [Failed] Goal typed_sort_assert_rte_index_bound_2
  Z3 4.8.12: Timeout (Qed:210ms) (20s)
  CVC4 1.8: Unknown (Qed:210ms)
[wp] Proved goals:    4 / 7
"""
SOURCE = """\
/*@ requires 0 <= count; */
void other(int count)
{
  /*@ assert rte: index_bound: 7 < 8; */
  return;
}

void sort(int count);

void sort(int count)
{
  int i;
  /*@ assert rte: index_bound: 0 <= i; */
  /*@ assert rte: signed_overflow: i + 1 <= 2147483647; */
  /*@ assert rte: index_bound:
        (int)(i + 1) <
        1024;
  */
  starts[i + 1] = 0;
  return;
}
"""


def by(prover, count):
    """So many goals of two functions that it proved."""
    return {f"{('sort', 'swap')[number % 2]}_{number}": prover for number in range(count)}


SORT = Target("the sort", "sort.c", ("sort", "swap"), unproved=("(int)(i + 1) < 1024",))
UNPROVED = ["sort_loop_assigns", "sort_assert_rte_index_bound_2"]
SECONDS = {"sort_ensures": 0.5}
SMOKE = ["sort_wp_smoke_default_requires", "sort_wp_smoke_dead_code_s19"]


class Read(unittest.TestCase):
    def test_outcome(self):
        outcome = frama_c.read(PRINTED)
        self.assertEqual(outcome.proved, {"sort_ensures": "Qed", "sort_loop_invariant_preserved": "CVC4 1.8", "swap_ensures": "Z3 4.8.12"})
        self.assertEqual(outcome.unproved, UNPROVED)
        self.assertEqual((outcome.smoke, outcome.dead), (["sort_wp_smoke_default_requires", "sort_wp_smoke_dead_code_s19"], ["sort_wp_smoke_dead_code_s19"]))
        self.assertEqual(outcome.seconds, {"sort_ensures": 0.029, "sort_loop_invariant_preserved": 1.4, "swap_ensures": 0.09})
        self.assertEqual(outcome.longest, 1.4)

    def test_a_smoke_test_that_fails_is_printed_for_each_prover(self):
        failed = "[wp] [Failed] Smoke-test typed_sort_wp_smoke_dead_code_s19\n"
        self.assertEqual(frama_c.read(PRINTED.replace(failed, 2 * failed)), frama_c.read(PRINTED))

    def test_no_goal_is_lost(self):
        with self.assertRaisesRegex(CannotRun, "Frama-C counts 8 goals, and 7 were read"):
            frama_c.read(PRINTED.replace("4 / 7", "4 / 8"))

    def test_the_memory_model_is_no_part_of_a_goal_s_name(self):
        self.assertEqual(frama_c.read(PRINTED.replace("typed_", "typed_cast_")), frama_c.read(PRINTED))

    def test_the_first_goal_that_is_left(self):
        for line, seen in (("[wp] [CVC4 1.8] Goal typed_sort_loop_assigns : Timeout (Qed:261ms) (20s)\n", True),
                           ("[wp] [Failed] Goal typed_sort_assert_rte_index_bound_2\n", True),
                           ("[wp] [Failed] Goal typed_sort_ass", False),
                           ("[wp] [Qed] Goal typed_sort_ensures : Valid (29ms)\n", False),
                           ("[wp] [Passed] Smoke-test typed_sort_wp_smoke_default_requires\n", False)):
            self.assertEqual(bool(frama_c.LEFT.search(b"[wp] 5 goals scheduled\n" + line.encode())), seen, line)

    def test_conditions(self):
        with mock.patch("proofs.frama_c.run", lambda *command, **options: SOURCE):
            self.assertEqual(frama_c.conditions(SORT, UNPROVED), ["sort_loop_assigns", "(int)(i + 1) < 1024"])
            self.assertEqual(frama_c.conditions(SORT, ["sort_assert_rte_index_bound_3", "gone_assert_rte_index_bound"]),
                             ["sort_assert_rte_index_bound_3", "gone_assert_rte_index_bound"])

    def test_the_second_prover_tries_the_functions_of_which_the_first_leaves_a_goal(self):
        first = frama_c.Outcome(by("Qed", 1) | {"sort_ensures": "Qed"}, UNPROVED[:1], SMOKE, ["dead"], {"sort_ensures": 2.0})
        second = frama_c.Outcome({"sort_ensures": "Qed", "sort_loop_assigns": "Z3"}, [], SMOKE, ["by Z3", "dead"], {"sort_loop_assigns": 1.0})
        asked = []

        def prove(target, _, limit, provers=frama_c.PROVERS, smoke=False):
            asked.append((target.functions, limit, provers, smoke))
            return second if provers == frama_c.PROVERS else first

        with mock.patch("proofs.frama_c.prove", prove), mock.patch("proofs.frama_c.parts", lambda target: [target]):
            self.assertEqual(frama_c.prove_and_smoke(SORT), frama_c.Outcome(first.proved | second.proved, [], SMOKE, ["by Z3", "dead"], {"sort_ensures": 2.0, "sort_loop_assigns": 1.0}))
            self.assertEqual(asked, [(("sort", "swap"), 10, ("cvc4",), True), (("sort",), 30, ("cvc4", "z3"), True)])
            first = first._replace(unproved=["unknown_ensures", *first.unproved])
            self.assertEqual(frama_c.prove_and_smoke(SORT).unproved, ["unknown_ensures"])
            asked.clear()
            first = first._replace(unproved=[])
            self.assertEqual(frama_c.prove_and_smoke(SORT), first)
        self.assertEqual(asked, [(("sort", "swap"), 10, ("cvc4",), True)])

    def test_ghost_functions_get_only_smoke_tests_of_what_they_require(self):
        text = "/*@ ghost\n  /@ assigns \\nothing; @/\n  static void swap(int n)\n  {\n  }\n*/\nvoid sort(int n)\n{\n    //@ ghost swap(n);\n}\n"
        asked = []

        def prove(target, *_, smoke):  # pylint: disable=unused-argument
            asked.append((target.functions, target.options))
            return frama_c.Outcome({f"{target.functions[0]}_ensures": "Qed"}, [], [*target.functions[:1]], [], {})

        with tempfile.TemporaryDirectory() as folder, mock.patch("proofs.frama_c.ROOT", pathlib.Path(folder)), mock.patch("proofs.frama_c.prove", prove):
            (frama_c.ROOT / "sort.c").write_text(text, encoding="utf-8")
            outcome = frama_c.prove_and_smoke(SORT)
        self.assertEqual(asked, [(("sort",), ()), (("swap",), frama_c.ONLY_PRECONDITIONS)])
        self.assertEqual((len(outcome.proved), outcome.smoke), (2, ["sort", "swap"]))


class Verdicts(unittest.TestCase):
    def run_with(self, outcome, target=SORT):
        with mock.patch("proofs.frama_c.prove_and_smoke", lambda *_: outcome), mock.patch("proofs.commands.prove.requiring", lambda _: ["sort"]), \
                mock.patch("proofs.record.files_of", lambda _: [frama_c.HEADER]), \
                mock.patch("proofs.frama_c.conditions", lambda _, names: ["(int)(i + 1) < 1024" if "index" in name else name for name in names]), \
                contextlib.redirect_stdout(io.StringIO()) as out:
            status = prove.prove([target], 1)
        return status, out.getvalue()

    def test_all_that_should_be(self):
        outcome = frama_c.Outcome(by("Qed", 5), ["sort_assert_rte_index_bound_2"], SMOKE, [], SECONDS)
        status, out = self.run_with(outcome)
        self.assertEqual(status, 0)
        self.assertRegex(out, r"the sort +sort.c +5 of 6 +Qed 5 +\(int\)\(i \+ 1\) < 1024 +0.5 s")
        self.assertIn("all is proved that should be", out)

    def test_failures(self):
        for outcome, reason in (
            (frama_c.Outcome(by("Qed", 5), UNPROVED, SMOKE, [], SECONDS), "the sort: not proved: sort_loop_assigns"),
            (frama_c.Outcome(by("Qed", 6), [], SMOKE, [], SECONDS), "the sort: proved, though it does not hold: (int)(i + 1) < 1024"),
            (frama_c.Outcome(by("Qed", 5), UNPROVED[1:], SMOKE, ["sort_wp_smoke_dead_code_s19"], SECONDS), "says nothing: sort_wp_smoke_dead_code_s19"),
            (frama_c.Outcome({}, UNPROVED[1:], SMOKE, [], {}), "the sort: there is nothing to prove of swap: does the source have these functions?"),
            (frama_c.Outcome(by("Qed", 1), UNPROVED[1:], SMOKE, [], {}), "the sort: there is nothing to prove of swap"),
            (frama_c.Outcome(by("Qed", 5), UNPROVED[1:], [], [], SECONDS), "the sort: no smoke test was made"),
            (frama_c.Outcome(by("Qed", 5), UNPROVED[1:], SMOKE[1:], [], SECONDS), "the sort: no smoke test tried whether what sort requires can be met"),
        ):
            status, out = self.run_with(outcome)
            self.assertEqual(status, 1, reason)
            self.assertIn(reason, out)
            self.assertIn("of these are wrong: see above", out)

    def test_which_functions_require_something(self):
        text = ("/*@ predicate p = 1 requires; */\n/*@ requires n > 0; */\nstatic inline const char *sort(int n);\n/*@ assigns \\nothing; */\nvoid swap(int n);\n"
                "/*@ ghost\n  /@ assigns \\nothing;\n     requires n > 1; @/\n  static void two(int n)\n  {\n  }\n */\n/* It requires */\nvoid three(int n);\n"
                "/*@ requires n > 2; */\n/* Four (4). */\n__attribute__((format(printf, 1, 2))) int four(char *n);\n")
        self.assertEqual(prove.requiring(text), ["sort", "two", "four"])

    def test_what_frama_c_makes_up(self):
        text = "void other(void)\n{\n    help();\n}\n\nvoid sort(int n)\n{\n    /* not end() */\n    begin(n);\n}\n"
        printed = ("[kernel:annot:missing-spec] sort.c:3: Warning: \n  Neither code nor specification for function {}, generating default "
                   "assigns from the prototype\n")
        hypothesis = ("[wp] sort.c:9: Warning: \n  Memory model hypotheses for function 'sort':\n  /*@\n     behavior wp_typed:\n"
                      "       requires\n         \\separated(\n           name + (..), (struct rule const *)rules + (..)\n           );\n{}     */\n")
        with tempfile.TemporaryDirectory() as folder, mock.patch("proofs.frama_c.ROOT", pathlib.Path(folder)):
            (frama_c.ROOT / "sort.c").write_text(text, encoding="utf-8")
            for warning, said in ((printed.format("help"), []), (printed.format("end"), []),
                                  (printed.format("begin"), ["sort calls begin, which has no contract"]),
                                  (hypothesis.format(""), []),
                                  (hypothesis.format("       requires \\separated(a + (..), &count);\n"), ["sort takes for granted that objects are apart: require that"])):
                self.assertEqual(list(frama_c.made_up(frama_c.read(PRINTED + warning), SORT)), said, warning)

    def test_planted_faults(self):
        small = next(target for target in targets.TARGETS if target.name == targets.SUFFIXES)
        faults = [fault for fault in targets.FAULTS if fault.target == small.name]
        for seen, status in ((True, 0), (False, 1)):
            with mock.patch("proofs.frama_c.noticed", lambda *_: seen), mock.patch("proofs.frama_c.holds", lambda *_: True), contextlib.redirect_stdout(io.StringIO()) as out:  # pylint: disable=cell-var-from-loop
                self.assertEqual(prove.plant([small], 1), status)
            self.assertIn(f"{len(faults)} planted faults, {0 if seen else len(faults)} missed", out.getvalue())

    def test_a_function_that_is_not_proved_without_a_fault_either(self):
        left = frama_c.Outcome(by("Qed", 5), ["append_suffix_ensures"], [], [], {})
        with mock.patch("proofs.frama_c.prove", lambda *_, **__: left), self.assertRaisesRegex(CannotRun, "is not proved within 30 s a goal, without a fault"):
            prove.plant([targets.TARGETS[0]], 1)

    def test_each_function_has_a_row(self):
        proved = {"sort_ensures": "Qed", "sort_all_ensures": "Z3", "sort_all_loop_assigns": "Z3"}
        seconds = {"sort_ensures": 0.5, "sort_all_ensures": 2.0, "sort_all_loop_assigns": 3.0}
        outcome = frama_c.Outcome(proved, ["sort_assert_rte_index_bound_2"], SMOKE, [], seconds)
        _, out = self.run_with(outcome, SORT._replace(functions=("sort", "sort_all")))
        self.assertRegex(out, r"\n  sort +1 of 2 +Qed 1 +0.5 s +0 s\n  sort_all +2 of 2 +Z3 2 +3.0 s +5 s\n")

    def test_nothing_is_left_of_one_that_is_stopped(self):
        folders = []

        def run(*command, env, **_):
            folders.append(env["TMPDIR"])
            pathlib.Path(env["TMPDIR"], "ppannot.c").touch()
            return PRINTED if command[0] == "frama-c" else ""

        with mock.patch("proofs.frama_c.run", run):
            self.assertEqual(frama_c.prove(SORT), frama_c.read(PRINTED))
        self.assertEqual([pathlib.Path(folder).exists() for folder in folders], [False, False])

    def test_a_slow_goal_is_named(self):
        for longest, named in ((frama_c.UNPROVED_LIMIT / 3, False), (frama_c.UNPROVED_LIMIT / 3 + 0.1, True)):
            status, out = self.run_with(frama_c.Outcome(by("Qed", 5), UNPROVED[1:], SMOKE, [], {"sort_ensures": longest}))
            self.assertEqual((status, "slow, so that it may fail on a slower machine: the sort\n" in out), (0, named))

    def test_each_fault_has_its_place(self):
        for fault in targets.FAULTS:
            target = next(target for target in targets.TARGETS if target.name == fault.target)
            self.assertIn(fault.function, target.functions)
            self.assertNotEqual(frama_c.planted(fault, target), (frama_c.ROOT / (fault.source or target.source)).read_text(encoding="utf-8"))
        with self.assertRaisesRegex(CannotRun, "swap: repro/legacy/sort.c has no nonsense for it, or several: correct FAULTS"):
            frama_c.planted(targets.Fault(targets.SMALL_SORTS, "swap", "nonsense", ""), next(t for t in targets.TARGETS if t.name == targets.SMALL_SORTS))

    def planted_in(self, text, old, new, contract_of=None):
        with tempfile.TemporaryDirectory() as folder, mock.patch("proofs.frama_c.ROOT", pathlib.Path(folder)):
            (frama_c.ROOT / "sort.c").write_text(text, encoding="utf-8")
            return frama_c.planted(targets.Fault("the sort", "sort", old, new, contract_of), SORT)

    def test_a_fault_is_planted_in_code_and_in_no_comment(self):
        text = "void sort(int n)\n{\n    //@ assert n > 0;\n    /*@ loop invariant\n          n > 0; */\n    while (n > 0) {\n    }\n}\n"
        self.assertEqual(self.planted_in(text, "n > 0", "n > 1"), text.replace("while (n > 0)", "while (n > 1)"))

    def test_a_fault_of_a_contract_is_planted_in_that_of_the_function(self):
        text = "/*@ requires n > 0; */\nvoid other(int n)\n{\n}\n\n/* Sorts. */\n/*@ requires n < 9;\n    requires n > 0;\n */\nvoid sort(int n)\n{\n}\n"
        self.assertEqual(self.planted_in(text, "requires n > 0;", "requires n > 9;", "sort"), text.replace("    requires n > 0;", "    requires n > 9;"))
        self.assertEqual(self.planted_in(text, "requires n > 0;", "requires n > 9;", "other"), text.replace("@ requires n > 0;", "@ requires n > 9;"))

    def test_a_fault_is_planted_in_a_copy(self):
        suffixes = targets.TARGETS[0]
        proved = []

        def prove(target, root, limit, until):  # pylint: disable=unused-argument
            proved.append((target.functions, (root / target.source).read_text(encoding="utf-8")))
            return frama_c.Outcome({}, [], [], [], {})

        with mock.patch("proofs.frama_c.prove", prove):
            self.assertFalse(frama_c.noticed(targets.FAULTS[0], suffixes))
        self.assertEqual(proved, [((targets.FAULTS[0].function,), frama_c.planted(targets.FAULTS[0], suffixes))])

    def test_a_fault_of_an_assumption_is_for_proofs_and_smoke_tests(self):
        fault = next(fault for fault in targets.FAULTS if fault.source)
        target = next(target for target in targets.TARGETS if target.name == fault.target)
        for unproved, dead in (([], []), (["few_are_counted_ensures"], []), ([], ["few_are_counted_wp_smoke_dead_code_s19"])):
            written = []

            def prove(target, root, *_, smoke):  # pylint: disable=unused-argument
                written.append((root / fault.source).read_text(encoding="utf-8"))
                return frama_c.Outcome({}, unproved, SMOKE, dead, {})  # pylint: disable=cell-var-from-loop

            with mock.patch("proofs.frama_c.prove", prove):
                self.assertEqual(frama_c.noticed(fault, target), bool(unproved or dead))
            self.assertEqual(set(written), {frama_c.planted(fault, target)})
        with self.assertRaisesRegex(CannotRun, "few_are_counted: core/proof.h has no counted for it, or several"):
            frama_c.planted(fault._replace(old="counted"), target)

    def test_a_contract_that_contradicts_itself_is_for_the_smoke_tests(self):
        fault = next(fault for fault in targets.FAULTS if fault.contract_of)
        target = next(target for target in targets.TARGETS if target.name == fault.target)
        for dead in ([], ["sort_wp_smoke_dead_code_s19"]):
            outcome = frama_c.Outcome({}, ["sort_ensures"], SMOKE, dead, {})
            with mock.patch("proofs.frama_c.prove", lambda *_, smoke: outcome):  # pylint: disable=cell-var-from-loop,unused-argument
                self.assertEqual(frama_c.noticed(fault, target), bool(dead))


CONTRACT = re.compile(r"/\*?@\s*(?:requires|assigns|ensures|behavior|terminates)(?:(?!@/|\*/).)*(?:@|\*)/\s*(?:__attribute__\(\(.*?\)\)\)?\s*)?(?:[\w*]+\s+)*\**(\w+)\(", re.S)


def assumed(text):
    """What a source makes the prover believe: axioms by the names of their blocks, admitted facts, lemmas (which WP proves only
    if it is to prove all functions), and functions that have a contract."""
    return {*re.findall(r"\baxiomatic (\w+)", text), *re.findall(r"\badmit\b|\blemma(?= \w+(?:{[^}]*})?\s*:)", text),
            *CONTRACT.findall(re.sub(r"//@(.*)", r"/*@\1 */", text))}


def axioms(text):
    """The names of the axioms of each block."""
    blocks = re.split(r"\baxiomatic (\w+)", text)[1:]
    return {block: set(re.findall(r"\baxiom (\w+)", body.partition("\n    }")[0])) for block, body in zip(blocks[::2], blocks[1::2])}


def axioms_in(comment):
    """The same, as they are listed."""
    return {block: set(re.findall(r"\w+", names)) for block, names in re.findall(r"^ \*     (\w+) +axioms ([\w, *\n]+?) in\s", comment, re.M)}


def unlisted(sources, proved, listed):
    """What these sources assume that is not listed. `proved`: functions, each with the sources in which it is proved."""
    return sorted({name for path, text in sources.items() for name in assumed(text) if name not in listed and (path, name) not in proved})


def listed_in(comment):
    """The names in the list of assumptions: those that begin an entry, and others with an underscore, which no word of a sentence has."""
    entries = re.findall(r"^ \*     (\w+(?:, \w+)*) {2,}", comment, re.M)
    return {*re.findall(r"\w+", " ".join(entries)), *re.findall(r"(?<![\w/.])\w+_\w+(?![\w/.(])", comment)}


def formula_of(axiom, text):
    """What it says, behind its quantifiers, in one line."""
    return " ".join(re.search(rf"axiom {axiom}\{{[^}}]*}}:\s*\\forall [^;]*;(.*?);", text, re.S)[1].split())


def without_proof(assumed_laws, proofs):
    """The laws of counting that laws.c does not prove word for word. It proves them of the states before and behind a function."""
    proved = " ".join(proofs.split())
    formulas = {name: formula_of(name, assumed_laws) for name in ("none", "same", "one", "parts")}
    said = {name: formula.replace("L1, L2", "Pre, Post").replace("{L1}", "{Pre}").replace("{L2}", "{Post}") for name, formula in formulas.items()}
    return [name for name, formula in said.items() if not re.search(rf"ensures (\\forall kind k; )?{re.escape(formula)};", proved)]


LOOP = re.compile(r"\b(?:for|while) \((?![^;{]*\);$)|\bdo {", re.M)  # `while (..);` ends another


def endless(text, functions):
    """The functions in this source with a loop that has no variant, or that call themselves."""
    for name in functions:
        found = re.search(rf"^( *)\S[^;{{}}\n]*[ *]{name}\([^;{{]*\)\n\1{{\n(.*?)^\1}}", text, re.M | re.S)
        if found:
            code = re.sub(r"/\*(?!@).*?\*/|//(?!@).*", "", found[2], flags=re.S)
            if len(LOOP.findall(code)) != code.count("loop variant") or re.search(rf"\b{name}\(", found[2]):
                yield name


class Endless(unittest.TestCase):
    def test_a_loop_without_a_variant_and_a_call_of_itself(self):
        sort = "static void sort(int n)\n{\n    %s\n}\n"
        loop = "/*@ loop assigns n;\n        loop variant n;\n     */\n    "
        for body, ends in (("n = 0;", True), ("while (n > 0) {\n    }", False), (f"{loop}for (; n > 0;) {{\n    }}", True), ("sort(n - 1);", False),
                           ("do {\n    } while (n > 0);", False), (f"{loop}do {{\n    }} while (n > 0);", True), ("/* for (all) */", True),
                           ("/*@ ghost\n      for (; n > 0;) {\n      }\n     */", False)):
            self.assertEqual(list(endless(sort % body, ["sort", "merge"])), [] if ends else ["sort"], body)

    def test_every_function_that_is_proved_ends(self):
        found = set()
        for target in targets.TARGETS:
            for path in record.files_of(target):
                text = path.read_text(encoding="utf-8")
                self.assertEqual(list(endless(text, target.functions)), [], path)
                found |= {name for name in target.functions if re.search(rf"^ *\S[^;{{}}\n]*[ *]{name}\([^;{{]*\)\n *{{\n", text, re.M)}
        self.assertEqual({name for target in targets.TARGETS for name in target.functions} - found, set())


class Laws(unittest.TestCase):
    def test_what_is_assumed_of_counting_is_what_is_proved(self):
        text = (frama_c.ROOT / "core/proof.h").read_text(encoding="utf-8")
        proofs = (frama_c.ROOT / "core/tests/laws.c").read_text(encoding="utf-8").replace("single(run, begin)", "single(run, i)")
        self.assertEqual(without_proof(text, proofs), [])
        for old, new, wrong in (("begin >= end ==> counted(run, begin, end, k) == 0;", "begin >= end ==> counted(run, begin, end, k) == 1;", "none"),
                                ("unchanged{L1, L2}(run, begin, end) ==>\n", "unchanged{L1, L2}(run, begin, end - 1) ==>\n", "same"),
                                ("integer i; single(run, i);", "integer i; single(run, i + 1);", "one"),
                                ("        splits(run, begin, middle, end);", "        splits(run, middle, begin, end);", "parts")):
            self.assertEqual(text.count(old), 1, old)
            self.assertEqual(without_proof(text.replace(old, new), proofs), [wrong])


class Assumed(unittest.TestCase):
    def test_a_word_of_a_sentence_lists_nothing(self):
        self.assertEqual(listed_in(" *     laws, none      axioms of order, and\n *                    of a_count\n"), {"laws", "none", "a_count"})

    def test_all_that_is_assumed_is_listed(self):
        comment, _, code = frama_c.HEADER.read_text(encoding="utf-8").partition("*/")
        comment = comment.partition("What functions require of callers")[0]
        paths = [path for folder in ("core", "fuzz", "repro") for path in (frama_c.ROOT / folder).rglob("*.[ch]")]
        sources = {path: path.read_text(encoding="utf-8") for path in paths} | {frama_c.HEADER: code}
        files = {target.source: record.files_of(target) for target in targets.TARGETS}
        proved = {(path, function) for target in targets.TARGETS for function in target.functions for path in files[target.source]}
        self.assertGreater(len(set().union(*map(assumed, sources.values()))), 100)
        self.assertEqual(unlisted(sources, proved, listed_in(comment)), [])
        found = {block: names for text in sources.values() for block, names in axioms(text).items() if names}
        self.assertEqual(axioms_in(comment), found)
        self.assertGreater(len(found), 2)

    def test_a_proof_in_one_source_proves_nothing_in_another(self):
        text = "/*@ assigns \\nothing; */\nint read_string(int n);"
        sources = {"bytes.c": text, "trace.c": text}
        self.assertEqual(unlisted(sources, {("bytes.c", "read_string")}, set()), ["read_string"])
        self.assertEqual(unlisted(sources, {("bytes.c", "read_string"), ("trace.c", "read_string")}, set()), [])
        self.assertEqual(unlisted(sources, set(), {"read_string"}), [])

    def test_axioms_by_their_names(self):
        self.assertEqual(axioms("/*@ axiomatic laws {\n      axiom one{L}: 1 == 1;\n    }\n    axiomatic order {\n    }\n */"), {"laws": {"one"}, "order": set()})
        self.assertEqual(axioms_in(" *     laws     axioms one,\n *                 two in law.h: two\n *     order    in law.h: no axioms here\n"), {"laws": {"one", "two"}})

    def test_each_kind_is_found(self):
        for text, name in (("/*@ axiomatic laws {\n axiom one: 1 == 1;\n}\n*/", "laws"),
                           ("void f(void)\n{\n    //@ admit 1 == 2;\n}", "admit"),
                           ("/*@ requires n > 0;\n    assigns \\nothing;\n */\nstatic inline const char *sort(int n);", "sort"),
                           ("/*@ lemma two{L}: 1 == 2; */", "lemma"),
                           ("/*@ ghost\n  /@ requires n > 0;\n     ensures n > 1;\n   @/\n  static void lemma(int n)\n  {\n  }\n */", "lemma"),
                           ("/*@ assigns \\nothing; */\nint order(int n)\n{\n}", "order")):
            self.assertEqual(assumed(text), {name}, text)
        self.assertEqual(assumed("/*@ predicate p(int n) = n > 0; */\nvoid f(int n);"), set())


class Recorded(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "core").mkdir()
        self.write("core/sort.c", '#include "order.h"\n')
        self.write("core/order.h", "/*@ requires n >= 0; */\nint sort(int n);\n")
        self.target = Target("the sort", "core/sort.c", ("sort",))
        for name, value in (("ROOT", self.root), ("FILE", self.root / "proved")):
            patch = mock.patch(f"proofs.record.{name}", value)
            patch.start()
            self.addCleanup(patch.stop)

    def write(self, name, text):
        (self.root / name).write_text(text, encoding="utf-8")

    def test_what_a_proof_depends_on(self):
        self.assertEqual(record.changed([self.target]), [self.target], "it was never recorded")
        record.add(self.target, [self.target])
        self.assertEqual(record.changed([self.target]), [])
        self.write("core/order.h", "/* It\n * sorts. */\n/*@ requires n >= 0; */\nint sort(int n);\n")
        self.assertEqual(record.changed([self.target]), [], "a plain comment is no part of it")
        self.write("core/order.h", "/*@ requires n > 0; */\nint sort(int n);\n")
        self.assertEqual(record.changed([self.target]), [self.target], "a contract is part of it")
        record.add(self.target, [self.target])
        self.assertEqual(record.changed([self.target]), [])
        other = self.target._replace(functions=("sort", "swap"))
        self.assertEqual(record.changed([other]), [other])

    def test_headers_that_are_installed_are_a_part_of_it(self):
        for folder in frama_c.INCLUDES:
            (self.root / folder / "ringproof").mkdir(parents=True)
            self.write("core/sort.c", "#include <ringproof/sort.h>\n#include <no/such/library.h>\n#ifdef OLD\n#include <ringproof/old.h>\n#endif\n")
            self.write(f"{folder}/ringproof/sort.h", "int sort(int n);\n")
            record.add(self.target, [self.target])
            self.assertEqual(record.changed([self.target]), [])
            self.write(f"{folder}/ringproof/sort.h", "long sort(int n);\n")
            self.assertEqual(record.changed([self.target]), [self.target])
            (self.root / folder / "ringproof/sort.h").unlink()
        with self.assertRaisesRegex(CannotRun, "sort.c includes ringproof/sort.h, which is not in core/include or fuzz/include"):
            record.changed([self.target])
        self.write("core/include/ringproof/sort.h", "")
        with self.assertRaisesRegex(CannotRun, "includes ringproof/old.h"):
            record.changed([self.target._replace(defines=("OLD",))])

    def test_the_list_of_assumptions_may_grow_and_definitions_count(self):
        header = self.root / "for_the_prover.h"
        with mock.patch("proofs.frama_c.HEADER", header):
            header.write_text("/* A list. */\n/*@ assigns \\nothing; */\nint compare(void);\n")
            record.add(self.target, [self.target])
            header.write_text("/* A longer\n * list. */\n/*@ assigns \\nothing; */\nint compare(void);\n")
            self.assertEqual(record.changed([self.target]), [])
            header.write_text("/* A list. */\n/*@ ensures \\false; */\nint compare(void);\n")
            self.assertEqual(record.changed([self.target]), [self.target])

    def test_one_is_added_and_one_that_is_gone_is_forgotten(self):
        others = [self.target._replace(name=name) for name in ("the sort", "the merge")]
        for each in others:
            record.add(each, others)
        self.assertEqual(record.changed(others), [])
        record.add(others[1], others[1:])
        self.assertEqual(list(record.recorded()), ["the merge"])

    def test_a_damaged_record(self):
        self.write("proved", "nonsense\n")
        with self.assertRaisesRegex(CannotRun, "proved is damaged: remove it, and run ci/prove --record"):
            record.changed([self.target])


class OfFunction(unittest.TestCase):
    def run_with(self, *outcomes, source="sort.c"):
        found = iter(outcomes)
        chosen = [Target("small", "sort.c", ("sort",)), Target("large", "sort.c", ("sort", "swap")), Target("other", "other.c", ("sort",))]
        with mock.patch("proofs.of_function.COMPLETE", chosen), mock.patch("proofs.frama_c.prove", lambda *_, **__: next(found)):
            return of_function.main([source, "sort", ".", "5"])

    def test_each_target_that_has_the_function_must_hold(self):
        holds, broken = frama_c.Outcome(by("Qed", 5), [], [], [], {}), frama_c.Outcome(by("Qed", 4), ["sort_ensures"], [], [], {})
        self.assertEqual(self.run_with(holds, holds), 0)
        self.assertEqual(self.run_with(holds, broken), 1)
        self.assertEqual(self.run_with(frama_c.Outcome({}, [], [], [], {}), holds), 1, "no goals")

    def test_a_function_of_the_same_name_elsewhere_is_another(self):
        holds, broken = frama_c.Outcome(by("Qed", 5), [], [], [], {}), frama_c.Outcome(by("Qed", 4), ["sort_ensures"], [], [], {})
        self.assertEqual(self.run_with(broken, source="other.c"), 1)
        self.assertEqual(self.run_with(holds, source="other.c"), 0, "only one target is asked")
        self.assertEqual(self.run_with(holds, holds, broken, source="sort.h"), 1, "all of them may include a header")

    def test_a_function_without_a_proof_is_refused(self):
        with self.assertRaisesRegex(CannotRun, "other in core/run.c is not proved: name one that --list prints"):
            of_function.main(["core/run.c", "other", ".", "5"])

    def test_the_list_has_no_function_with_goals_that_have_no_proof(self):
        listed = of_function.listed()
        self.assertIn("core/run.c ring_run_drop", listed)
        self.assertEqual(len(listed), len(set(listed)))


if __name__ == "__main__":
    unittest.main()
