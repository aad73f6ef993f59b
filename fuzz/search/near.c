#include "near.h"

#include "../base/text.h"
#include "adapt.h"
#include "expressible.h"
#include "finding_name.h"
#include "progress_line.h"

/* Probing makes many finds. This is the distance between those that are kept. */
#define FIND_SHARE 8
/* A near miss counts as this many operations: it says more than a random one. */
#define NEAR_WEIGHT 10
/* The positions of larger rings are not looked at: that would take too long. */
#define POSITIONS_MAX 16384
/* Nearly all of these programs take less than a millisecond. */
#define PROGRAM_SECONDS 0.1

struct situation near_situation(const struct program *program, size_t end, bool at_end,
                                struct situations *before)
{
    struct state state;
    struct situation situation = {.kind = OP_ADD, .rule = program->rule};
    state_init(&state, program->rule, program_points(program) <= POSITIONS_MAX);
    for (size_t i = 0; i < program->count && i <= end; i++) {
        situation = state_describe(&state, &program->operations[i]);
        bool find = situation.kind == OP_FIND;
        if (before != NULL && i < end && (!find || i % FIND_SHARE == 0)) {
            situations_append(before, &situation);
        }
        state_apply(&state, &program->operations[i]);
    }
    if (at_end) {
        situation = state_describe_end(&state, state.ring);
        if (before != NULL) {
            situations_append(before, &situation);
        }
    }
    state_free(&state);
    return situation;
}

bool near_at_end(const struct trial *trial)
{
    return trial->verdict != TRIAL_DIFFERENCE &&
           (trial->finding.phase == CHECK_DESTROYS || trial->finding.phase == CHECK_IS_DONE);
}

void near_init(struct near *near, const struct search *search, struct classifier *classifier,
               const struct shrunk *shrunk)
{
    *near = (struct near){.search = search, .classifier = classifier, .shrunk = shrunk};
    near->situation = near_situation(&shrunk->program, shrunk->trial.finding.operation,
                                     near_at_end(&shrunk->trial), NULL);
    near->options = search_trial(search, PROGRAM_SECONDS);
    near->options.interruptible = true;
    if (shrunk->trial.verdict == TRIAL_TIMEOUT && shrunk->trial.ending.waited) {
        near->options.waiting = search_quick_waiting(search);
    }
}

struct trial near_run(struct classifier *classifier, const struct trial_options *options,
                      const struct program *program)
{
    double now = search_now();
    if (progress_is_due(&classifier->shown, now)) {
        progress_show("classifying a finding: %llu programs run, %.0f s",
                      (unsigned long long)classifier->tried, now - classifier->started);
    }
    classifier->tried++;
    return trial_run(options, program);
}

/* ONE NEAR MISS */

enum result {
    SKIPPED, /* not run: it cannot be asked, or it is not what was wanted */
    AGREED,
    ALIKE,
    OTHER /* it failed otherwise, or may have: it meets something that the program does not */
};

/* What is wanted of a near miss, to count. */
struct wanted {
    bool by_chance; /* it may well agree although it meets the trigger: its agreement says less */
    const struct trigger *holds; /* NULL: anything */
    bool plain; /* it meets no circumstance that the trigger does not name, so no other fault */
    bool has_value;
    enum feature feature;
    uint64_t value;
};

static bool is_wanted(const struct wanted *wanted, const struct situation *situation)
{
    return wanted == NULL ||
           ((wanted->holds == NULL || trigger_holds(wanted->holds, situation)) &&
            (!wanted->plain || (situation->circumstances & ~wanted->holds->circumstances) == 0) &&
            (!wanted->has_value || situation->features[wanted->feature] == wanted->value));
}

/* Runs a near miss, and frees it. Notes it if it agrees. *situation becomes what it meets. */
static enum result try(struct near *near, struct program *program, const struct wanted *wanted,
                       struct situation *situation)
{
    enum result result = SKIPPED;
    if (program->count > 0 && !search_must_end(near->search) &&
        expressible(program, near->search->subject)) {
        *situation =
            near_situation(program, program->count - 1, near_at_end(&near->shrunk->trial), NULL);
        result = is_wanted(wanted, situation) ? OTHER : SKIPPED;
    }
    if (result != SKIPPED) {
        struct trial trial = near_run(near->classifier, &near->options, program);
        bool more = (situation->circumstances & ~near->situation.circumstances) != 0;
        if (trial.verdict == TRIAL_AGREED && !trial.finding.cannot) {
            size_t weight = wanted != NULL && wanted->by_chance ? 1 : NEAR_WEIGHT;
            for (size_t i = 0; i < weight; i++) {
                situations_append(&near->classifier->agreed, situation);
            }
            result = AGREED;
        } else if (!more && trial.finding.operation + 1 == program->count &&
                   finding_alike(&trial, program, &near->shrunk->trial, &near->shrunk->program)) {
            result = ALIKE;
        }
    }
    program_free(program);
    return result;
}

/* If it fails alike, notes that too, unless the change may well have brought in another fault
 * (`may_fail` is false). */
static void try_one(struct near *near, struct program *program, bool may_fail)
{
    struct situation situation;
    if (try(near, program, NULL, &situation) == ALIKE && may_fail) {
        situations_append(&near->alike, &situation);
    }
}

/* COPIES */

/* A copy without operation `left_out`, if there is one. Its operations may be changed, but not the
 * nodes that they point to. */
static void copy_without(const struct program *from, size_t left_out, struct program *copy)
{
    program_init(copy);
    copy->rule = from->rule;
    for (size_t i = 0; i < from->count; i++) {
        if (i != left_out) {
            program_append_shared(copy, &from->operations[i]);
        }
    }
}

/* A copy whose nodes may be changed, too. */
static void copy_deeply(const struct program *from, struct program *copy)
{
    program_init(copy);
    copy->rule = from->rule;
    for (size_t i = 0; i < from->count; i++) {
        const struct operation *operation = &from->operations[i];
        struct operation *copied = program_append(copy, operation->kind);
        copied->key = operation->key;
        copied->n = operation->n;
        for (size_t j = 0; j < operation->count; j++) {
            program_append_node(copy, operation->nodes[j].name, operation->nodes[j].replicas);
        }
    }
}

static struct operation *last_of(struct program *program)
{
    return &program->operations[program->count - 1];
}

static bool finds(const struct operation *operation)
{
    return operation->kind == OP_FIND || operation->kind == OP_FIND_N;
}

/* String `number` of `size` bytes, in the program's memory: letters. If the circumstances in `needed`
 * demand it, bytes 0 and above 127 are where `like` has them. */
static struct ring_bytes other_string(struct program *program, struct ring_bytes like,
                                      uint64_t size, size_t number, unsigned int needed)
{
    const unsigned char *from = like.data;
    struct ring_bytes string = program_repeat(program, "a", 1, (size_t)size);
    unsigned char *bytes = (unsigned char *)string.data; /* ours */
    uint64_t random = number * UINT64_C(0x9e3779b97f4a7c15) + size;
    for (size_t i = 0; i < size; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bool zero = (needed >> WHEN_ZERO_BYTE & 1U) != 0 && i < like.size && from[i] == 0;
        bool high = (needed >> WHEN_HIGH_BYTE & 1U) != 0 && i < like.size && from[i] > 127;
        bytes[i] = zero || high ? from[i] : (unsigned char)('a' + (random >> 40) % 26);
    }
    return string;
}

/* Short keys with a special byte are few: there are more if they may be longer. */
#define SHORT_KEY 4
#define LONGER 8

/* The key for variant `number`: the program's own, and others. With `sized`, all have `size` bytes. */
static struct ring_bytes other_key(const struct near *near, struct program *program, uint64_t size,
                                   size_t number, unsigned int needed, bool sized)
{
    struct ring_bytes key = near->shrunk->program.operations[near->shrunk->program.count - 1].key;
    if (number == 0 && key.size == size) {
        return key;
    }
    bool special = (needed & (1U << WHEN_ZERO_BYTE | 1U << WHEN_HIGH_BYTE)) != 0;
    if (size > SHORT_KEY || sized) {
        return other_string(program, key, size, number, needed);
    }
    return special ? other_string(program, key, size + number % LONGER, number, needed)
                   : adapt_probe_key(number * 31);
}

static void rename_node(struct program *program, struct ring_bytes from, struct ring_bytes to)
{
    for (size_t i = 0; i < program->count; i++) {
        for (size_t j = 0; j < program->operations[i].count; j++) {
            if (text_same(program->operations[i].nodes[j].name, from)) {
                program->operations[i].nodes[j].name = to;
            }
        }
    }
}

/* The longest name of its operations from `first` on. */
static struct ring_bytes longest_name(const struct program *program, size_t first)
{
    struct ring_bytes longest = {NULL, 0};
    for (size_t i = first; i < program->count; i++) {
        for (size_t j = 0; j < program->operations[i].count; j++) {
            struct ring_bytes name = program->operations[i].nodes[j].name;
            longest = name.size > longest.size ? name : longest;
        }
    }
    return longest;
}

/* KINDS OF NEAR MISSES */

static void without_each(struct near *near)
{
    for (size_t i = 0; i + 1 < near->shrunk->program.count && i < 16; i++) {
        struct program program;
        copy_without(&near->shrunk->program, i, &program);
        try_one(near, &program, false);
    }
}

static struct operation *copy_all(const struct near *near, struct program *copy)
{
    copy_without(&near->shrunk->program, SIZE_MAX, copy);
    return last_of(copy);
}

static void other_keys(struct near *near)
{
    for (size_t i = 0; i < 16; i++) {
        struct program program;
        copy_all(near, &program)->key = adapt_probe_key(i * 31);
        try_one(near, &program, true);
    }
}

static void other_counts(struct near *near)
{
    static const uint64_t counts[] = {1, 2, 3, 5, 8, 20, 0};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct program program;
        copy_all(near, &program)->n = counts[i];
        try_one(near, &program, true);
    }
}

/* The replicas of a node of the program, or 1. */
static uint32_t usual_replicas(const struct program *program)
{
    for (size_t i = 0; i < program->count; i++) {
        if (program->operations[i].kind == OP_ADD) {
            return program->operations[i].nodes[0].replicas;
        }
    }
    return 1;
}

/* The last operation's node is already in the ring. */
static void with_its_node(struct near *near)
{
    struct program program;
    struct operation *last = copy_all(near, &program);
    if (last->count == 1) {
        struct operation operation = *last;
        uint32_t replicas = operation.kind == OP_ADD ? operation.nodes[0].replicas
                                                     : usual_replicas(&near->shrunk->program);
        last->kind = OP_ADD;
        last->nodes = NULL;
        last->count = 0;
        program_append_node(&program, operation.nodes[0].name, replicas);
        program_append_shared(&program, &operation);
    }
    try_one(near, &program, false);
}

/* The ring has one more node. */
static void with_another_node(struct near *near)
{
    struct program program;
    program_init(&program);
    program.rule = near->shrunk->program.rule;
    (void)program_append(&program, OP_ADD);
    program_append_node(&program, (struct ring_bytes){"another", 7},
                        usual_replicas(&near->shrunk->program));
    for (size_t i = 0; i < near->shrunk->program.count; i++) {
        program_append_shared(&program, &near->shrunk->program.operations[i]);
    }
    try_one(near, &program, true);
}

/* The last operation's name is another, of letters. */
static void other_names(struct near *near)
{
    for (size_t i = 1; i < 4; i++) {
        struct program program;
        copy_deeply(&near->shrunk->program, &program);
        struct ring_bytes name = longest_name(&program, program.count - 1);
        if (name.size > 0) {
            rename_node(&program, name, other_string(&program, name, name.size, i, 0));
            try_one(near, &program, true);
        } else {
            program_free(&program);
        }
    }
}

/* Two nodes share the replicas of the largest: does the node matter, or the ring? */
static void with_split_node(struct near *near)
{
    const struct program *shrunk = &near->shrunk->program;
    struct program program;
    size_t largest = shrunk->count;
    for (size_t i = 0; i + 1 < shrunk->count; i++) {
        if (shrunk->operations[i].kind == OP_ADD &&
            (largest == shrunk->count || shrunk->operations[i].nodes[0].replicas >
                                             shrunk->operations[largest].nodes[0].replicas)) {
            largest = i;
        }
    }
    if (largest == shrunk->count || shrunk->operations[largest].nodes[0].replicas < 4) {
        return;
    }
    copy_deeply(shrunk, &program);
    struct ring_node *node = program.operations[largest].nodes;
    uint32_t half = node->replicas / 2;
    struct operation moved = *last_of(&program);
    program.count--;
    (void)program_append(&program, OP_ADD);
    program_append_node(&program, (struct ring_bytes){"another", 7}, node->replicas - half);
    node->replicas = half;
    program_append_shared(&program, &moved);
    try_one(near, &program, true);
}

/* Near misses change the last operation, so it has to be the one that failed. */
static bool failed_at_last(const struct near *near)
{
    const struct shrunk *shrunk = near->shrunk;
    return shrunk->program.count > 0 &&
           shrunk->trial.finding.operation + 1 == shrunk->program.count;
}

void near_misses(struct near *near)
{
    if (!failed_at_last(near)) {
        return;
    }
    enum operation_kind kind =
        near->shrunk->program.operations[near->shrunk->program.count - 1].kind;
    without_each(near);
    with_another_node(near);
    with_split_node(near);
    if (kind == OP_FIND_N) {
        other_counts(near);
    }
    if (kind == OP_FIND || kind == OP_FIND_N) {
        other_keys(near);
    } else {
        other_names(near);
        with_its_node(near);
    }
}

/* RULES */

/* So many variants of the program, with other keys, are looked at; and so many of these are run, that
 * meet what is wanted. A find may fail with some keys only. */
#define VARIANTS 256
#define RUNS 16
/* With more failures of plain variants than this, only plain variants under other rules count. */
#define PLAIN_ENOUGH 2

/* How many of the program's variants under `rule` fail like the program; -1: none meets the
 * trigger. */
static int failures_under(struct near *near, const struct rule *rule, const struct trigger *trigger,
                          bool plain)
{
    struct wanted wanted = {.by_chance = true, .holds = trigger, .plain = plain};
    unsigned int runs = 0;
    int failures = 0;
    for (size_t i = 0; i < VARIANTS && runs < RUNS && !search_must_end(near->search); i++) {
        struct program program;
        struct situation situation;
        struct operation *last = copy_all(near, &program);
        bool find = finds(last);
        program.rule = rule;
        if (find) {
            struct ring_bytes key =
                other_key(near, &program, last->key.size, i, trigger->circumstances, false);
            last_of(&program)->key = key;
        }
        enum result result = try(near, &program, &wanted, &situation);
        runs += result != SKIPPED;
        failures += result == ALIKE;
        if (!find) {
            break;
        }
    }
    return runs > 0 ? failures : -1;
}

bool near_rule_matters(struct near *near, const struct trigger *trigger)
{
    const struct subject *subject = near->search->subject;
    if (subject->placement != SUBJECT_BY_RULE || !failed_at_last(near)) {
        return false;
    }
    bool agrees = false;
    int own = failures_under(near, near->shrunk->program.rule, trigger, true);
    bool plain = own > PLAIN_ENOUGH;
    own = plain ? own : failures_under(near, near->shrunk->program.rule, trigger, false);
    for (const struct rule *rule = rules; rule->name != NULL; rule++) {
        if (rule == near->shrunk->program.rule || !rule_is_served(rule, subject)) {
            continue;
        }
        int others = failures_under(near, rule, trigger, plain);
        if (others > 1 || (others == 1 && own <= 2)) { /* one of many may fail for another reason */
            return false;
        }
        agrees = agrees || others >= 0;
    }
    return agrees;
}

/* THRESHOLDS */

static void replicas_at_most(struct program *program, uint64_t most)
{
    for (size_t i = 0; i < program->count; i++) {
        for (size_t j = 0; j < program->operations[i].count; j++) {
            struct ring_node *node = &program->operations[i].nodes[j];
            node->replicas = node->replicas > most ? (uint32_t)most : node->replicas;
        }
    }
}

/* Takes replicas from nodes, from the first on, until all have `points` together. */
static void points_at_most(struct program *program, uint64_t points)
{
    uint64_t all = program_points(program);
    for (size_t i = 0; i < program->count && all > points; i++) {
        for (size_t j = 0; j < program->operations[i].count && all > points; j++) {
            struct ring_node *node = &program->operations[i].nodes[j];
            uint64_t less = all - points;
            less = less < node->replicas ? less : node->replicas > 0 ? node->replicas - 1U : 0;
            node->replicas -= (uint32_t)less;
            all -= less;
        }
    }
}

static bool names(const struct operation *operation, struct ring_bytes name)
{
    for (size_t i = 0; i < operation->count; i++) {
        if (text_same(operation->nodes[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* Drops adds, from the first on, of nodes that no other operation names. */
static void nodes_at_most(struct program *program, uint64_t drop)
{
    size_t kept = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        bool droppable = operation->kind == OP_ADD && i + 1 < program->count && drop > 0;
        for (size_t k = 0; k < program->count && droppable; k++) {
            bool counts = k < kept || k > i; /* those between were dropped */
            droppable = !counts || !names(&program->operations[k], operation->nodes[0].name);
        }
        if (droppable) {
            drop--;
        } else {
            program->operations[kept++] = *operation;
        }
    }
    program->count = kept;
}

/* Makes variant `number` of the program, in which the wanted feature is to have the wanted value. */
static void make_variant(const struct near *near, const struct wanted *wanted, size_t number,
                         struct program *program)
{
    uint64_t value = wanted->value;
    unsigned int needed = wanted->holds->circumstances;
    copy_deeply(&near->shrunk->program, program);
    struct ring_bytes key = last_of(program)->key;
    struct ring_bytes name = {NULL, 0};
    uint64_t key_size = key.size;
    switch (wanted->feature) {
    case FEATURE_SIZE:
        name = longest_name(program, program->count - 1);
        key_size = value;
        break;
    case FEATURE_HAD_SIZE:
        name = longest_name(program, 0);
        break;
    case FEATURE_REPLICAS:
    case FEATURE_HAD_REPLICAS:
        replicas_at_most(program, value);
        break;
    case FEATURE_POINTS:
        points_at_most(program, value);
        break;
    case FEATURE_NODES:
        nodes_at_most(program, near->situation.features[FEATURE_NODES] - value);
        break;
    case FEATURE_N:
        last_of(program)->n = value;
        break;
    case FEATURE_BATCH:
        last_of(program)->count = (size_t)value;
        break;
    case FEATURE_RINGS:
    case FEATURES:
        break;
    }
    if (name.size > 0 && !(number == 0 && name.size == value)) {
        rename_node(program, name, other_string(program, name, value, number, needed));
    }
    if (finds(last_of(program))) {
        struct ring_bytes other =
            other_key(near, program, key_size, number, needed, wanted->feature == FEATURE_SIZE);
        last_of(program)->key = other;
    }
}

/* Runs variants in which the feature has the value. Returns how many fail alike; *failed gets what
 * they meet. */
static unsigned int failures_with(struct near *near, const struct trigger *rest,
                                  enum feature feature, uint64_t value, struct situations *failed,
                                  unsigned int most, unsigned int *ran)
{
    struct wanted wanted = {
        .by_chance = true, .holds = rest, .has_value = true, .feature = feature, .value = value};
    unsigned int runs = 0;
    unsigned int failures = 0;
    for (size_t i = 0;
         i < VARIANTS && runs < (failures > 0 ? most : 2 * most) && !search_must_end(near->search);
         i++) {
        struct program program;
        struct situation situation;
        make_variant(near, &wanted, i, &program);
        bool again = finds(last_of(&program)) || feature == FEATURE_SIZE;
        enum result result = try(near, &program, &wanted, &situation);
        runs += result != SKIPPED;
        if (result == ALIKE) {
            failures++;
            situations_append(failed, &situation);
        }
        if (!again) {
            break;
        }
    }
    *ran = runs;
    return failures;
}

static void take(struct situations *into, struct situations *situations)
{
    for (size_t i = 0; i < situations->count; i++) {
        situations_append(into, &situations->items[i]);
    }
    situations_free(situations);
}

/* With a value below the threshold, chance or another fault may let a few fail. */
#define LIKE_THE_PROGRAM 0.1

/* So few of so many fail by chance, or for what the program has besides. */
#define FEW 1
#define MANY 60

bool near_refutes(struct near *near, const struct trigger *trigger, enum feature feature)
{
    struct situations failed = {NULL, 0};
    struct trigger rest = *trigger;
    unsigned int ran = 0;
    rest.at_least[feature] = 0;
    bool explained_otherwise = (near->situation.circumstances & ~trigger->circumstances) != 0;
    if ((feature != FEATURE_SIZE && feature != FEATURE_HAD_SIZE) || !explained_otherwise ||
        !failed_at_last(near)) {
        return false;
    }
    unsigned int failures =
        failures_with(near, &rest, feature, trigger->at_least[feature], &failed, MANY, &ran);
    situations_free(&failed);
    return ran >= MANY && failures <= FEW;
}

void near_least(struct near *near, const struct trigger *trigger, enum feature feature,
                struct situations *into)
{
    struct situations failed = {NULL, 0};
    struct trigger rest = *trigger;
    uint64_t fails = trigger->at_least[feature];
    uint64_t agrees = 0;
    unsigned int ran = 0;
    rest.at_least[feature] = 0;
    if (!failed_at_last(near)) {
        return;
    }
    unsigned int usual = failures_with(near, &rest, feature, fails, &failed, RUNS, &ran);
    situations_free(&failed); /* known */
    while (usual > 0 && fails > agrees + 1 && !search_must_end(near->search)) {
        uint64_t middle = agrees + (fails - agrees) / 2;
        unsigned int failures = failures_with(near, &rest, feature, middle, &failed, RUNS, &ran);
        if (failures > 0 && failures >= LIKE_THE_PROGRAM * usual) {
            fails = middle;
            take(into, &failed);
        } else {
            agrees = middle;
            situations_free(&failed);
        }
    }
}
