"""What is proved: functions of one source, with their contracts, which stand in the source."""
from collections import namedtuple

# name: what the table calls it. defines: macros. unproved: the conditions that must not be provable, as Frama-C prints them.
# options: more words for Frama-C.
Target = namedtuple("Target", "name source functions defines unproved options", defaults=((), (), ()))

# A void pointer is like a pointer to bytes, in sources that read nothing by the former. Frama-C has contracts of memset for each type.
BYTES = ("-wp-model", "Typed+cast", "-instantiate")
# The same, where the values of constant tables would only take time.
WITHOUT_TABLES = (*BYTES, "-wp-no-init-const")
# Slower, and needed where a prover gets lost in branches that cannot be reached.
PRUNED = ("-wp-pruning",)
# A prover needs more time than for others to find a contradiction.
PATIENT = ("-wp-smoke-timeout", "10")

# A change of a source after which the proof of this function must fail. The change is in its body; or, if a function is named as
# contract_of, in the contract of that one. That contract then contradicts itself: a smoke test must fail. Proofs may still hold.
# If source is given, the change is in the only such place of that file, among what is assumed: a proof or a smoke test must fail.
Fault = namedtuple("Fault", "target function old new contract_of source", defaults=(None, None))

# The one check that the sort of 2014 lacked.
LACKING = "(int)(i + 1) < 1024"

SUFFIXES = "suffixes of replicas"
TOP_BIT = "top bit without a builtin"
LOW_BIT = "low bit without a builtin"
SEARCH = "search of sorted positions"
ORDER = "order of entries"
COUNTING = "laws of counting"
CONVERSIONS = "conversions of integers"
RUN_SEARCH = "search of a run"
COMPACTION = "compaction of a run"
MERGE = "merge of runs"
MERGE_SORT = "merge sort"
DISTRIBUTION = "distribution over parts"
SORT = "sort of runs"
ARCS = "arcs of positions"
SLOTS = "slots of arcs"
SUFFIX = "positions in a line"
LINES_WANTED = "number of lines"
LINE = "points of a line"
LINE_CHANGES = "changes of a line"
LINE_INSERT = "inserting into a line"
LINE_ERASE = "erasing from a line"
SMALL_SORTS = "historical sort, up to 1024"
COMMANDS = "commands to the Erlang driver"
PROGRAMS = "numbers and strings in programs"
PROGRAM_NODES = "keys and nodes in programs"
PROGRAM_OPERATIONS = "operations and rules in programs"
PROGRAM_KINDS = "kinds of operations in programs"
DECODER = "programs from bytes"
ESCAPES = "escapes in texts"
TRACES = "words, numbers and strings in traces"
STRINGS = "rooms of strings in traces"
STATEMENTS = "statements in traces"
STATEMENT = "choice of a statement in traces"
TRACE_LINES = "lines of traces"
NUMBERS = "numbers of nodes"
NAMES = "order of names"
TARGETS = [
    Target(SUFFIXES, "core/placement.c", ("suffix_binary", "suffix_decimal", "suffix_dash_decimal", "suffix_of_hash_ring", "append_suffix")),
    Target(SEARCH, "core/sorted.h", ("products", "ring_interpolate", "ring_sorted_at", "ring_lower_bound")),
    # Names of nodes are passed as void *: their bytes are what they were.
    Target(ORDER, "core/run.c", ("ring_entry_before",), options=("-wp-model", "Typed+cast")),
    Target(COUNTING, "core/tests/laws.c", ("few_are_counted", "parts_are_counted", "changes_are_counted")),
    Target(CONVERSIONS, "core/tests/laws.c", ("shortened", "added"), options=PATIENT),
    Target(RUN_SEARCH, "core/run.c", ("ring_run_after",)),
    Target(COMPACTION, "core/run.c", ("ring_run_drop",)),
    Target(MERGE, "core/run.c", ("same_counts", "ring_run_merge"), options=("-instantiate",)),
    Target(MERGE_SORT, "core/sort.c", ("into_part", "from_part", "count_part", "first_blocks", "add_block", "all_in_one_block", "merge_neighbours",
                                       "merge_blocks", "merge_sort"), options=("-instantiate",)),
    Target(DISTRIBUTION, "core/sort.c", ("part_counts", "parts_add_up", "part_is_counted", "bounds_ascend", "add_up_parts", "count_parts", "distribute")),
    Target(SORT, "core/sort.c", ("into_part_owned", "append_part", "counts_make_a_part", "sort_part", "ring_run_sort"), options=("-instantiate",)),
    Target(ARCS, "core/arcs/arcs.h", ("shifted_is_less", "powers_ascend", "levels_differ", "shifts_add_up", "part_before",
                                      "arcs_ascend", "arc_level", "arc_start", "arc_at", "arc_first", "arc_after", "arc_before")),
    Target(SLOTS, "core/arcs/arcs.h", ("ring_low_bit", "line_in_slot", "line_of", "slots_differ", "slots_are_apart", "chain_length")),
    Target(SUFFIX, "core/arcs/arcs.h", ("down_and_up", "arcs_scaled", "suffix_base", "suffix_of", "byte_divides", "bytes_divide", "windows_ascend",
                                        "shifted_ascend", "suffixes_ascend", "arcs_suffix")),
    Target(LINES_WANTED, "core/arcs/resize.c", ("ring_arcs_wanted",)),
    Target(LINE, "core/arcs/arcs.h", ("line_is_chained", "line_less", "line_count", "line_has_room")),
    Target(LINE_CHANGES, "core/arcs/points.c", ("ring_line_open", "ring_line_close", "ring_arc_set_next", "ring_arc_count")),
    Target(LINE_INSERT, "core/arcs/insert.c", ("insert_point",)),
    Target(LINE_ERASE, "core/arcs/erase.c", ("erase_point",)),
    Target("historical sort, any number", "repro/legacy/sort.c", ("quicksort", "swap"), unproved=(LACKING,)),
    Target(SMALL_SORTS, "repro/legacy/sort.c", ("quicksort", "swap"), ("LEGACY_SORT_ITEMS_MAX=LEGACY_SORT_ENTRIES",)),
    Target(COMMANDS, "repro/beam/driver/command.c", ("read_byte", "read_number", "read_text", "read_arguments", "in_range", "command_decode"), options=BYTES),
    Target(PROGRAMS, "fuzz/program/bytes.c", ("read_byte", "read_number", "read_literal", "read_replicas", "read_n"),
           options=WITHOUT_TABLES),
    Target(PROGRAM_NODES, "fuzz/program/bytes.c", ("read_string", "read_fleet", "read_node", "read_batch"),
           options=(*WITHOUT_TABLES, "-wp-split")),  # one goal for each way through a function
    Target(PROGRAM_OPERATIONS, "fuzz/program/bytes.c", ("read_operation", "later_rule", "rule_of_rings", "read_rule"),
           options=WITHOUT_TABLES),
    Target(PROGRAM_KINDS, "fuzz/program/bytes.c", ("switch_on_all_but", "pools_are_known"), options=BYTES),
    Target(DECODER, "fuzz/program/bytes.c", ("bytes_decode",), options=WITHOUT_TABLES),
    Target(ESCAPES, "fuzz/base/text.c", ("hex_digit", "text_read_escape")),
    Target(TRACES, "fuzz/program/trace_parser.c", ("is_blank", "skip_blanks", "parser_at_end", "parser_word", "read_digits", "parser_number",
                                                   "read_escape"), options=WITHOUT_TABLES),
    Target(STRINGS, "fuzz/program/trace_parser.c", ("quoted_room", "quoted_is_positive", "read_quoted", "read_times", "read_once"),
           options=(*WITHOUT_TABLES, *PRUNED)),
    Target(STATEMENTS, "fuzz/program/trace_read.c", ("read_ring", "read_expect", "read_node", "read_add", "read_set_replicas", "read_add_many", "read_remove",
                                                     "read_find", "read_find_n", "read_use", "read_renew", "read_raw"), options=WITHOUT_TABLES),
    Target(STATEMENT, "fuzz/program/trace_read.c", ("read_statement",), options=BYTES),
    Target(TRACE_LINES, "fuzz/program/trace_read.c", ("mark_size", "line_end", "blank_or_comment", "trace_read", "trace_recognise"), options=WITHOUT_TABLES),
    Target(TOP_BIT, "core/nodes.h", ("ring_top_bit",), ("RING_PLAIN",), options=PRUNED),
    Target(LOW_BIT, "core/arcs/arcs.h", ("ring_low_bit",), ("RING_PLAIN",)),
    Target(NUMBERS, "core/nodes.h", ("ring_top_bit", "powers_ascend", "piece_is_a_power", "numbers_differ", "ring_nodes_numbered", "ring_nodes_next_free")),
    Target(NAMES, "core/nodes.c", ("names_are_before_or_after", "names_ascend", "names_are_ordered", "ring_compare_names"), options=("-wp-model", "Typed+cast")),
]

FAULTS = [
    Fault(SUFFIXES, "suffix_binary", "i < 4; i++", "i <= 4; i++"),
    Fault(SUFFIXES, "suffix_binary", "replica >> 8 * i", "replica >> 7 * i"),
    Fault(SUFFIXES, "suffix_decimal", "reversed[10]", "reversed[9]"),
    Fault(SUFFIXES, "suffix_decimal", "while (replica > 0)", "while (replica > 9)"),
    Fault(SUFFIXES, "suffix_decimal", "reversed[count - 1 - i]", "reversed[i]"),
    Fault(SUFFIXES, "suffix_dash_decimal", "suffix_decimal(suffix + 1, replica)", "suffix_decimal(suffix + 2, replica)"),
    Fault(SUFFIXES, "suffix_of_hash_ring", "size >= 8", "size > 8"),
    Fault(SUFFIXES, "append_suffix", "name + size;", "name + size + 1;"),
    Fault(SUFFIXES, "append_suffix", "return count;", "return count - 1;"),
    Fault(SEARCH, "ring_interpolate", "scale >> 32;", "scale >> 31;"),
    Fault(SEARCH, "ring_interpolate", "count >> 32", "count >> 31"),
    Fault(SEARCH, "ring_sorted_at", "i * step", "i"),
    Fault(SEARCH, "ring_lower_bound", "less > 0 || low == 0", "less > 0 || low <= 1"),
    Fault(SEARCH, "ring_lower_bound", "low < count - NEAR ?", "low < count ?"),
    Fault(SEARCH, "ring_lower_bound", "less < NEAR ||", "less <= NEAR ||"),
    Fault(SEARCH, "ring_lower_bound", "low = middle + 1;", "low = middle;"),
    Fault(ORDER, "ring_entry_before", "a->position < b->position", "a->position > b->position"),
    Fault(ORDER, "ring_entry_before", "a->owner == b->owner", "a->owner != b->owner"),
    Fault(ORDER, "ring_entry_before", "b->owner->size) < 0", "b->owner->size) <= 0"),
    Fault(COUNTING, "few_are_counted", "== once(run[i], k)", "== once(run[i + 1], k)", source="core/proof.h"),
    Fault(COUNTING, "parts_are_counted", "+ counted(run, middle, end, k);", "+ counted(run, middle, end, k) + 1;", source="core/proof.h"),
    Fault(COUNTING, "parts_are_counted", "i < end; i++", "i + 1 < end; i++"),
    Fault(COUNTING, "changes_are_counted", "i < end; i++", "i + 1 < end; i++"),
    Fault(RUN_SEARCH, "ring_run_after", "position + 1,", "position,"),
    Fault(RUN_SEARCH, "ring_run_after", " || run->count == 0", ""),
    Fault(COMPACTION, "ring_run_drop", "i < count", "i + 1 < count"),
    Fault(COMPACTION, "ring_run_drop", "its_owner != owner) {", "its_owner != owner && i >= count) {"),
    Fault(COMPACTION, "ring_run_drop", "its_owner != owner) {", "its_owner == owner) {"),
    Fault(COMPACTION, "ring_run_drop", "entries[kept++] = entry;", "entries[kept++] = entries[0];"),
    Fault(COMPACTION, "ring_run_drop", "entries[kept++]", "entries[++kept]"),
    Fault(COMPACTION, "ring_run_drop", "position == e.position && owner == e.owner ?", "position == e.position ?", source="core/proof.h"),
    Fault(MERGE, "ring_run_merge", "left_count > 0 && ring", "left_count > 1 && ring"),
    Fault(MERGE, "ring_run_merge", "before(&right[right_count - 1], &left[left_count - 1])", "before(&left[left_count - 1], &right[right_count - 1])"),
    Fault(MERGE, "ring_run_merge", "&left[--left_count]", "&left[left_count - 1]"),
    Fault(MERGE, "ring_run_merge", "left_count > 0) {\n", "left_count > 1) {\n"),
    Fault(MERGE_SORT, "merge_neighbours", "right_count * sizeof", "left_count * sizeof"),
    Fault(MERGE_SORT, "merge_neighbours", "struct entry *right = left + left_count", "struct entry *right = left + right_count"),
    Fault(MERGE_SORT, "merge_neighbours", "ring_run_merge(left, left, left_count, scratch, right_count)", "ring_run_merge(left, left, left_count, right, right_count)"),
    Fault(MERGE_SORT, "merge_sort", "width *= 2", "width *= 3"),
    Fault(MERGE_SORT, "merge_blocks", "rest < width ? rest : width", "rest < width ? width : rest"),
    Fault(MERGE_SORT, "merge_blocks", "start += 2 * width", "start += width"),
    Fault(MERGE_SORT, "merge_blocks", "rest <= width", "rest <= 2 * width"),
    Fault(SORT, "sort_part", "count > 1", "count > 2"),
    Fault(SORT, "ring_run_sort", "part < PARTS; part++", "part < PARTS - 1; part++"),
    Fault(SORT, "ring_run_sort", "entries, bounds[part], bounds[part + 1]", "entries, bounds[part], bounds[part]"),
    Fault(DISTRIBUTION, "part_counts", "part_of_circle(position) < part ?", "part_of_circle(position) <= part ?", source="core/proof.h"),
    Fault(DISTRIBUTION, "parts_add_up", "part_of_circle(position) == part ?", "part_of_circle(position) >= part ?", source="core/proof.h"),
    Fault(DISTRIBUTION, "count_parts", "/ PART_SIZE + 2]++", "/ PART_SIZE + 1]++"),
    Fault(DISTRIBUTION, "count_parts", "+= bounds[part + 1]", "+= bounds[part + 2]"),
    Fault(DISTRIBUTION, "distribute", "+ 1]++] = from[i]", "+ 1]++] = from[0]"),
    Fault(DISTRIBUTION, "distribute", "+ 1]++] = from[i]", "]++] = from[i]"),
    Fault(ARCS, "arc_level", "ring_top_bit(arc)", "ring_top_bit(arc - 1)"),
    Fault(CONVERSIONS, "shortened", "== n % 65536;", "== n % 32768;", source="core/arcs/proof.h"),
    Fault(CONVERSIONS, "shortened", "== n % 65536;", "== n % 131072;", source="core/arcs/proof.h"),
    Fault(CONVERSIONS, "added", "n % 0x10000000000000000;", "n % 0x100000000;", source="core/arcs/proof.h"),
    Fault(CONVERSIONS, "added", "n % 0x10000000000000000;", "n % 0x20000000000000000;", source="core/arcs/proof.h"),
    Fault(ARCS, "arc_start", "<< (63 - level) << 1", "<< (62 - level) << 1"),
    Fault(ARCS, "arc_at", "half >= 2 * lines->count", "half > 2 * lines->count"),
    Fault(ARCS, "arc_at", "(UINT64_C(2) << lines->level) +", "(UINT64_C(1) << lines->level) +"),
    Fault(ARCS, "arc_after", "after < 2 * lines->count", "after <= 2 * lines->count"),
    Fault(ARCS, "arc_after", "UINT32_C(2) << lines->level", "2 * lines->count"),
    Fault(ARCS, "arc_before", "start - 1", "start"),
    Fault(LOW_BIT, "ring_low_bit", "number % 2 == 0; number /= 2", "number % 2 == 1; number /= 2"),
    Fault(SLOTS, "ring_low_bit", "__builtin_ctz(number)", "__builtin_ctz(number - 1)"),
    Fault(SUFFIX, "arcs_suffix", "arc_level(arc)", "arc_level(arc) / 8"),
    Fault(SLOTS, "line_of", ">> bit >> 1", ">> bit"),
    Fault(SLOTS, "chain_length", "+ CHAINED_POINTS - 1)", "+ CHAINED_POINTS)"),
    Fault(SLOTS, "line_in_slot", "slot % PIECE_LINES", "slot & PIECE_LINES"),
    Fault(SUFFIX, "arcs_scaled", "position << arcs->scale", "position"),
    Fault(SUFFIX, "arcs_scaled", ": UINT64_MAX;", ": position;"),
    Fault(SUFFIX, "suffix_base", "level % 8", "level % 16"),
    Fault(SUFFIX, "suffix_of", "(48 - base)", "(47 - base)"),
    Fault(SUFFIX, "suffix_of", " - (suffix == NO_SUFFIX)", ""),
    Fault(LINES_WANTED, "ring_arcs_wanted", " / 13) + 1", " / 13)"),
    Fault(LINE, "line_is_chained", "==", "!="),
    Fault(LINE, "line_less", "i < LINE_POINTS; i++", "i <= LINE_POINTS; i++"),
    Fault(LINE, "line_less", "count + (line->suffix[i] < suffix)", "count + (line->suffix[i] <= suffix)"),
    Fault(LINE, "line_has_room", "LINE_POINTS - 1", "LINE_POINTS - 2"),
    Fault(LINE_CHANGES, "ring_line_open", "i > index ? before : here;", "i >= index ? before : here;"),
    Fault(LINE_CHANGES, "ring_line_open", "unsigned i = LINE_POINTS; i > 0", "unsigned i = LINE_POINTS - 1; i > 0"),
    Fault(LINE_CHANGES, "ring_line_close", "line->suffix[LINE_POINTS - 1] = NO_SUFFIX;", ""),
    Fault(LINE_CHANGES, "ring_line_close", "unsigned i = 0; i < LINE_POINTS; i++", "unsigned i = 0; i <= LINE_POINTS; i++"),
    Fault(LINE_CHANGES, "ring_arc_set_next", "i <= LINE_POINTS", "i < LINE_POINTS"),
    Fault(LINE_CHANGES, "ring_arc_set_next", "i < count ?", "i <= count ?"),
    Fault(LINE_CHANGES, "ring_arc_count", "return count + line_count(line);", "return line_count(line) - count;"),
    Fault(LINE_INSERT, "insert_point", "ring_line_open(line, index);", ""),
    Fault(LINE_INSERT, "insert_point", "ring_line_open(line, index);", "ring_line_open(line, LINE_POINTS - 1);"),
    Fault(LINE_ERASE, "erase_point", "requires suffix < NO_SUFFIX;", "requires suffix > NO_SUFFIX;", contract_of="erase_point"),
    Fault(LINE_ERASE, "erase_point", "line->owner[i] == owner", "line->owner[i] != owner"),
    Fault(LINE_ERASE, "erase_point", "line_less(line, suffix)", "line_less(line, suffix) + 1"),
    Fault(LINE_ERASE, "erase_point", "ring_line_close(line, i);", "ring_line_close(line, i + 1);"),
    Fault(SMALL_SORTS, "quicksort", "right = ends[i];", "right = ends[i] + 1;"),
    Fault(SMALL_SORTS, "quicksort", "i++;", "i += 2;"),
    Fault(SMALL_SORTS, "quicksort", "ends[i] = left - 1;", "ends[i] = left;"),  # does not end
    Fault(SMALL_SORTS, "quicksort", "swap(&items[left], &items[pivot]);", ""),
    Fault(SMALL_SORTS, "swap", "*b = item;", "*b = *a;"),
    Fault(COMMANDS, "read_byte", "reader->left == 0", "reader->left > 0"),
    Fault(COMMANDS, "read_byte", "reader->left--;", ""),
    Fault(COMMANDS, "read_number", "i < 4", "i < 3"),
    Fault(COMMANDS, "read_number", "number * 256", "number * 128"),
    Fault(COMMANDS, "read_text", "reader->left != length", "reader->left < length"),
    Fault(COMMANDS, "read_text", "reader->left = 0;", ""),
    Fault(COMMANDS, "read_arguments", "length = read_number(reader);", ""),
    Fault(COMMANDS, "read_arguments", "case OPCODE_REMOVE_NODE:", ""),
    Fault(COMMANDS, "in_range", ">= 1", ">= 0"),
    Fault(COMMANDS, "in_range", "size > 0", "size >= 0"),
    Fault(COMMANDS, "command_decode", "opcode > OPCODE_FIND_NODES", "opcode >= OPCODE_FIND_NODES"),
    Fault(COMMANDS, "command_decode", "!reader.short_of && ", ""),
    Fault(COMMANDS, "command_decode", "reader.left == 0 && ", ""),
    Fault(PROGRAMS, "read_byte", "reader->left == 0", "reader->left > 0"),
    Fault(PROGRAMS, "read_number", "shift < 70", "shift < 77"),
    Fault(PROGRAMS, "read_number", "byte < 128", "byte < 64"),
    Fault(PROGRAMS, "read_literal", "size > reader->left", "size > reader->left + 1"),
    Fault(PROGRAMS, "read_literal", "reader->left -= (size_t)size;", ""),
    Fault(PROGRAMS, "read_replicas", "first - REPLICAS_MEDIUM + 1U", "first - REPLICAS_MEDIUM"),
    Fault(PROGRAMS, "read_n", "first % FIND_N_SMALL", "first"),
    Fault(PROGRAM_NODES, "read_string", "first % pool->count", "first"),
    Fault(PROGRAM_NODES, "read_string", "size > reader->runs_left", "size < reader->runs_left"),
    Fault(PROGRAM_NODES, "read_fleet", "% FLEET_COUNT", "% (FLEET_COUNT + 2)"),
    Fault(PROGRAM_NODES, "read_batch", "first >= COUNT_MEDIUM && first < COUNT_NUMBER", "first >= COUNT_MEDIUM"),
    Fault(PROGRAM_OPERATIONS, "later_rule", "10 < rules_in_all", "9 < rules_in_all", source="fuzz/program/rules.h"),
    Fault(PROGRAM_OPERATIONS, "read_operation", "read_byte(reader) % reader->kind_count", "read_byte(reader) % (reader->kind_count + 1)"),
    Fault(PROGRAM_OPERATIONS, "read_rule", "KIND_COUNT_OF_REPLICAS :", "KIND_COUNT_OF_REPLICAS + 1 :"),
    Fault(PROGRAM_KINDS, "switch_on_all_but", " || (none_adds && adds)", ""),
    Fault(PROGRAM_KINDS, "switch_on_all_but", "i < KIND_COUNT", "i <= KIND_COUNT_OF_REPLICAS"),
    Fault(DECODER, "bytes_decode", ".left = size", ".left = size + 1"),
    Fault(DECODER, "bytes_decode", "switch_on_all_but(&reader, 0);", ""),
    Fault(DECODER, "bytes_decode", "program->count--;", ""),
    Fault(TRACES, "skip_blanks", "parser->at < parser->end && ", ""),
    Fault(TRACES, "parser_word", "used + 1 < word_size", "used < word_size"),
    Fault(TRACES, "read_digits", "digit > max || ", ""),
    Fault(ESCAPES, "hex_digit", "letter < 6", "letter <= 6"),
    Fault(ESCAPES, "text_read_escape", "left >= 3", "left >= 2"),
    Fault(ESCAPES, "text_read_escape", "* 16", "* 10"),
    Fault(TRACES, "read_escape", "parser->at += size", "parser->at += size + 1"),
    Fault(STRINGS, "quoted_room", "parser->end - at > 1 ?", "parser->end - at > 0 ?"),
    Fault(STRINGS, "quoted_room", "? parser->at + 1 :", "? parser->at :"),
    Fault(STRINGS, "read_quoted", "bytes[(*size)++]", "bytes[++(*size)]"),
    Fault(STRINGS, "read_quoted", "parser->at < parser->end && *parser->at != '\"'", "*parser->at != '\"'"),
    Fault(STRINGS, "read_times", "*times > STRING_MAX / size", "*times > STRING_MAX"),
    Fault(STRINGS, "read_once", "once, size, (size_t)times", "once, size + 1, (size_t)times"),
    Fault(STRINGS, "read_once", " && read_times(parser, size, &times)", ""),
    Fault(STATEMENTS, "read_expect", "outcome <= OUTCOME_CRASH;", "outcome <= OUTCOME_CRASH + 1;"),
    Fault(STATEMENTS, "read_add_many", "(void)program_append(parser->program, OP_ADD_MANY);", ""),
    Fault(STATEMENTS, "read_find", "(void)program_append(parser->program, OP_FIND);", ""),
    Fault(STATEMENTS, "read_find_n", " || !parser_number(parser, UINT64_MAX, &n)", ""),
    Fault(STATEMENT, "read_statement", "if (!parser_at_end(parser)) {", "if (parser_at_end(parser)) {"),
    Fault(STATEMENT, "read_statement", "parser->ring_seen = true;", ""),
    Fault(TRACE_LINES, "line_end", "ensures \\result == \\null ||", "ensures size < 0;\n    ensures \\result == \\null ||", contract_of="find_byte"),
    Fault(TRACE_LINES, "mark_size", "size >= 2 && (", "("),
    Fault(TRACE_LINES, "line_end", "newline : end", "newline + 1 : end"),
    Fault(TRACE_LINES, "trace_read", "parser.end < text_end ? parser.end + 1 : text_end", "parser.end + 1"),
    Fault(TRACE_LINES, "trace_read", "parser.end + 1 : text_end", "parser.end : text_end"),
    Fault(TRACE_LINES, "trace_recognise", "parser.end < text_end ? parser.end + 1 : text_end", "parser.end + 1"),
    Fault(TOP_BIT, "ring_top_bit", "number > 1; number /= 2", "number > 2; number /= 2"),
    Fault(NUMBERS, "ring_top_bit", "63U ^", "31U ^"),
    Fault(NUMBERS, "ring_nodes_numbered", "(uint64_t)number + NODES_FIRST_PIECE", "number + NODES_FIRST_PIECE"),
    Fault(NUMBERS, "ring_nodes_numbered", "top - 4][", "top - 3]["),
    Fault(NUMBERS, "ring_nodes_numbered", "(UINT64_C(1) << top)]", "(UINT64_C(1) << top) + 1]"),
    Fault(NUMBERS, "ring_nodes_next_free", "(nodes, number)->size", "(nodes, number / 2)->size"),
    Fault(NAMES, "ring_compare_names", "a_size < b_size ?", "a_size > b_size ?"),
    Fault(NAMES, "ring_compare_names", "difference != 0 ? difference", "difference > 0 ? difference"),
    Fault(NAMES, "ring_compare_names", "(a_size > b_size) -", "(a_size >= b_size) -"),
    Fault(NAMES, "ring_compare_names", "- (a_size < b_size);", ";"),
]
