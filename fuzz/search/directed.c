#include "directed.h"

#include <stdio.h>
#include <string.h>

#include "../model/placement.h"
#include "../program/generate.h"
#include "adapt_text.h"
#include "coincidences.h"
#include "directed_strings.h"

/* Of each 8 programs, these are directed. */
static const uint64_t directed_of_8[3] = {1, 4, 6};
/* The first large program, and how many later the next one comes. A subject in another process,
 * which has find_many, is slow. */
#define LARGE_FIRST 5100
#define LARGE_FIRST_OF_PROCESS 204
#define LARGE_EVERY 4096
/* Large by its points alone. */
#define POINTS_FIRST 5600
#define POINTS_EVERY 4096
/* Programs before this one need no table, which takes time: see coincidences_of(). */
#define TABLE_FROM 32
#define TABLE_FROM_OF_PROCESS 200

/* BUILDING A PROGRAM */

struct maker {
    struct program *program;
    const struct subject *subject;
    uint64_t seed;
    uint64_t index;
    uint64_t step;
    uint32_t each;  /* points for each replica */
    uint32_t count; /* replicas, if all nodes have the same */
    unsigned int style;
};

/* A number from 0 to bound - 1. */
static uint64_t draw(struct maker *maker, uint64_t bound)
{
    uint64_t number = generate_draw(maker->seed, maker->index, 1000 + maker->step++);
    return bound > 0 ? number % bound : 0;
}

static bool chance(struct maker *maker, unsigned int in)
{
    return draw(maker, in) == 0;
}

static bool in_process(const struct subject *subject)
{
    return subject->find_many != NULL;
}

/* Node `number` of the program. */
static struct ring_bytes name_of(struct maker *maker, uint64_t number)
{
    static const char *const styles[] = {"node%llu", "n%llu", "server-%llu.example:11211",
                                         "10.0.0.%llu"};
    char text[64];
    int size = 0;
    unsigned long long value = number;
    if (maker->subject->names == SUBJECT_HOST_PORT) {
        size = snprintf(text, sizeof text, "127.0.%llu.%llu:11211", value / 250, value % 250 + 1);
    } else {
        size = snprintf(text, sizeof text, styles[maker->style], value);
    }
    return program_bytes(maker->program, text, (size_t)size);
}

static struct ring_bytes any_key(struct maker *maker)
{
    char text[32];
    uint64_t number = draw(maker, UINT64_C(1) << 40) >> draw(maker, 36);
    int size = snprintf(text, sizeof text, "%s%llu", chance(maker, 2) ? "key" : "",
                        (unsigned long long)number);
    return program_bytes(maker->program, text, (size_t)size);
}

static bool may_differ(const struct maker *maker)
{
    return maker->subject->replicas == SUBJECT_EACH_NODE ||
           maker->subject->replicas == SUBJECT_WEIGHT;
}

static uint32_t replicas(struct maker *maker, uint32_t most)
{
    uint32_t drawn = 1 + (uint32_t)draw(maker, most);
    return may_differ(maker) ? drawn : maker->count;
}

static void add(struct maker *maker, struct ring_bytes name, uint32_t count)
{
    (void)program_append(maker->program, OP_ADD);
    program_append_node(maker->program, name, count);
}

static void begin_batch(struct maker *maker)
{
    (void)program_append(maker->program, OP_ADD_MANY);
}

static void remove_node(struct maker *maker, struct ring_bytes name)
{
    (void)program_append(maker->program, OP_REMOVE);
    program_append_node(maker->program, name, 0);
}

static void find(struct maker *maker, struct ring_bytes key)
{
    program_append(maker->program, OP_FIND)->key = key;
}

static void find_n(struct maker *maker, struct ring_bytes key, uint64_t n)
{
    struct operation *operation = program_append(maker->program, OP_FIND_N);
    operation->key = key;
    operation->n = n;
}

static void use(struct maker *maker, uint64_t ring)
{
    program_append(maker->program, OP_USE)->n = ring;
}

static void look(struct maker *maker, struct ring_bytes key)
{
    find(maker, key);
    if (chance(maker, 3)) {
        find_n(maker, key, 1 + draw(maker, 4));
    }
}

/* Lookups of some keys: fewer if the ring lists its points, which are compared then. */
static void look_around(struct maker *maker, unsigned int count)
{
    unsigned int keys = maker->subject->next_point != NULL ? (count + 3) / 4 : count;
    for (unsigned int i = 0; i < keys; i++) {
        look(maker, any_key(maker));
    }
}

/* Nodes from `first` on, up to but without `end`: as a batch, or one by one. */
static void add_nodes(struct maker *maker, uint64_t first, uint64_t end, uint32_t most, bool batch)
{
    if (batch && first < end) {
        begin_batch(maker);
    }
    for (uint64_t i = first; i < end; i++) {
        struct ring_bytes name = name_of(maker, i);
        if (batch) {
            program_append_node(maker->program, name, replicas(maker, most));
        } else {
            add(maker, name, replicas(maker, most));
        }
    }
}

static void choose_rule(struct maker *maker)
{
    const struct subject *subject = maker->subject;
    if (subject->placement != SUBJECT_BY_RULE) {
        maker->program->rule = &rule_own;
        return;
    }
    do {
        maker->program->rule = &rules[draw(maker, rule_count())];
    } while (!rule_is_served(maker->program->rule, subject));
}

/* The rules that spread points evenly. */
static void choose_digest(struct maker *maker)
{
    choose_rule(maker);
    for (int i = 0; i < 64 && maker->program->rule != &rule_own &&
                    maker->program->rule->options.rule == RING_CUSTOM;
         i++) {
        choose_rule(maker);
    }
}

/* BOUNDARIES: keys on points and beside them, equal points */

/* Keys on some points of the node, and beside them where that is possible. */
static void look_at_points(struct maker *maker, struct ring_bytes name, uint32_t points)
{
    const struct rule *rule = maker->program->rule;
    for (int i = 0; i < 3; i++) {
        struct ring_bytes key;
        uint32_t index = (uint32_t)draw(maker, points);
        if (coincidence_on(maker->subject, rule, maker->program, name, index, &key)) {
            look(maker, key);
        }
        if (rule == &rule_own || rule->options.rule != RING_CUSTOM) {
            continue;
        }
        uint64_t position = model_point_position(&rule->options, name, index);
        if (coincidence_at(maker->subject, rule, maker->program, position - 1, &key)) {
            look(maker, key);
        }
        if (coincidence_at(maker->subject, rule, maker->program, position + 1, &key)) {
            look(maker, key);
        }
    }
}

static void look_at_ends(struct maker *maker)
{
    static const uint64_t ends[] = {0, 1, UINT64_MAX - 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct ring_bytes key;
        if (coincidence_at(maker->subject, maker->program->rule, maker->program, ends[i], &key)) {
            look(maker, key);
        }
    }
}

static void ordinary_boundaries(struct maker *maker)
{
    uint64_t nodes = 1 + draw(maker, 6);
    uint32_t most = 1 + (uint32_t)draw(maker, 4);
    if (!may_differ(maker)) {
        maker->count = most;
    }
    for (uint64_t i = 0; i < nodes; i++) {
        uint32_t count = replicas(maker, most);
        struct ring_bytes name = name_of(maker, i);
        add(maker, name, count);
        look_at_points(maker, name, count * maker->each);
    }
    for (uint64_t i = 0; i < nodes; i++) {
        look_at_points(maker, name_of(maker, i), maker->each);
    }
    look_at_ends(maker);
    remove_node(maker, name_of(maker, draw(maker, nodes)));
    for (uint64_t i = 0; i < nodes; i++) {
        look_at_points(maker, name_of(maker, i), maker->each);
    }
}

static struct ring_bytes name_in_table(struct maker *maker, uint32_t number)
{
    return coincidence_name(maker->subject, maker->program, number);
}

static void add_for_point(struct maker *maker, uint32_t name, uint32_t index)
{
    uint32_t needed = index / maker->each + 1;
    add(maker, name_in_table(maker, name),
        may_differ(maker) ? needed + (uint32_t)draw(maker, 2) : maker->count);
}

/* Two nodes with equal points: in either order, without one of them, and with it again. */
static void equal_points(struct maker *maker, const struct coincidence *item)
{
    struct ring_bytes key = coincidence_key(maker->subject, maker->program, item->key);
    bool swapped = chance(maker, 2);
    uint32_t names[2] = {item->name, item->other};
    uint32_t indices[2] = {item->index, item->other_index};
    for (int i = 0; i < 2; i++) {
        add_for_point(maker, names[i ^ (int)swapped], indices[i ^ (int)swapped]);
    }
    look(maker, key);
    find_n(maker, key, 2);
    for (int i = 0; i < 2; i++) {
        int which = (int)draw(maker, 2);
        remove_node(maker, name_in_table(maker, names[which]));
        look(maker, key);
        add_for_point(maker, names[which], indices[which]);
        look(maker, key);
        find_n(maker, key, 3);
    }
}

/* The largest index among what was chosen decides the one number of replicas. */
static void table_boundaries(struct maker *maker, const struct coincidences *table)
{
    const struct coincidence *chosen[4];
    enum coincidence_kind kinds[4];
    int count = 0;
    for (int i = 0; i < 4; i++) {
        enum coincidence_kind kind =
            (enum coincidence_kind)((uint64_t)i + draw(maker, 2)) % COINCIDENCE_KINDS;
        if (table->counts[kind] > 0) {
            kinds[count] = kind;
            chosen[count] = &table->items[kind][draw(maker, table->counts[kind])];
            count++;
        }
    }
    for (int i = 0; i < count && !may_differ(maker); i++) {
        uint32_t index =
            chosen[i]->index > chosen[i]->other_index ? chosen[i]->index : chosen[i]->other_index;
        uint32_t needed = index / maker->each + 1;
        maker->count = needed > maker->count ? needed : maker->count;
    }
    add_nodes(maker, 0, draw(maker, 3), 2, false);
    for (int i = 0; i < count; i++) {
        if (kinds[i] == COINCIDENCE_EQUAL) {
            equal_points(maker, chosen[i]);
        } else {
            add_for_point(maker, chosen[i]->name, chosen[i]->index);
        }
        look(maker, coincidence_key(maker->subject, maker->program, chosen[i]->key));
    }
    for (int i = 0; i < count; i++) {
        look(maker, coincidence_key(maker->subject, maker->program, chosen[i]->key));
    }
}

static void boundaries(struct maker *maker)
{
    uint64_t from = in_process(maker->subject) ? TABLE_FROM_OF_PROCESS : TABLE_FROM;
    choose_rule(maker);
    if (maker->subject->placement == SUBJECT_BY_RULE && chance(maker, 3)) {
        const struct rule *rule = rule_named("md5-compat32");
        bool served = rule_is_served(rule, maker->subject);
        maker->program->rule = served ? rule : maker->program->rule;
    }
    bool by_table = draw(maker, 4) > 0;
    if (by_table && maker->index >= from) {
        const struct coincidences *table = coincidences_of(maker->subject, maker->program->rule);
        uint32_t all = 0;
        for (int i = 0; i < COINCIDENCE_KINDS; i++) {
            all += table->counts[i];
        }
        if (all > 0) {
            table_boundaries(maker, table);
            return;
        }
    }
    ordinary_boundaries(maker);
}

/* SIZES */

/* Nodes at which tables overflow. Larger ones are rarer. */
static uint64_t many(struct maker *maker)
{
    static const uint64_t others[] = {10, 11, 20, 41, 50, 99, 100, 101, 200, 500, 1000, 1001};
    if (chance(maker, 3)) {
        return others[draw(maker, sizeof others / sizeof *others)];
    }
    uint64_t k = 1 + draw(maker, 10);
    k = k > 7 && chance(maker, 2) ? k - 5 : k;
    return (UINT64_C(1) << k) - 1 + draw(maker, 3);
}

/* If each add moves the points of all nodes. tally_why_never() knows it. */
#define NODES_OF_SLOW_CHANGES 65

/* As many as the subject can hold, and as the reference can in reasonable time. */
static uint64_t possible(const struct maker *maker, uint64_t nodes, uint64_t points)
{
    const struct subject *subject = maker->subject;
    uint64_t each = maker->each * (uint64_t)(may_differ(maker) ? 1 : maker->count);
    uint64_t most = points / each > 0 ? points / each : 1;
    nodes = nodes > most ? most : nodes;
    if (subject->points_max > 0 && nodes > subject->points_max / each) {
        nodes = subject->points_max / each;
    }
    if (subject->replicas == SUBJECT_WEIGHT && subject->add_many == NULL &&
        nodes > NODES_OF_SLOW_CHANGES) {
        nodes = NODES_OF_SLOW_CHANGES;
    }
    return subject->nodes_max > 0 && nodes > subject->nodes_max ? subject->nodes_max : nodes;
}

static void many_nodes(struct maker *maker)
{
    choose_digest(maker);
    uint64_t nodes = possible(maker, many(maker), in_process(maker->subject) ? 4000 : 5000);
    uint64_t singles = nodes > 3 ? 3 : nodes;
    uint32_t most = nodes < 64 ? 3 : 1;
    add_nodes(maker, 0, nodes - singles, most, nodes > 40 || chance(maker, 2));
    look_around(maker, 8);
    for (uint64_t i = nodes - singles; i < nodes; i++) {
        add_nodes(maker, i, i + 1, most, false);
        look_around(maker, 24);
    }
    find_n(maker, any_key(maker), nodes + draw(maker, 3) - 1);
    for (int i = 0; i < 2; i++) {
        remove_node(maker, name_of(maker, draw(maker, nodes > 0 ? nodes : 1)));
        look_around(maker, 12);
    }
}

static void grow_shrink_grow(struct maker *maker)
{
    static const uint64_t sizes[] = {9, 9, 10, 12, 12, 14, 17, 17, 20, 24, 33, 41, 66, 130};
    choose_digest(maker);
    uint64_t nodes = possible(maker, sizes[draw(maker, sizeof sizes / sizeof *sizes)], 3000);
    uint32_t most = nodes < 64 ? 4 : 1;
    uint64_t left = draw(maker, 2);
    uint64_t first = draw(maker, 100);
    for (uint64_t round = 0; round < 2; round++) {
        add_nodes(maker, first + (round > 0 ? left : 0), first + nodes, most, chance(maker, 2));
        look_around(maker, 16);
        uint64_t offset = draw(maker, nodes > 0 ? nodes : 1);
        bool backwards = chance(maker, 2);
        for (uint64_t i = 0; i < nodes; i++) {
            uint64_t number = (backwards ? nodes - 1 - i : i) + offset;
            number %= nodes;
            if (number >= left) {
                remove_node(maker, name_of(maker, first + number));
            }
            if (chance(maker, 16)) {
                look_around(maker, 2);
            }
        }
        look_around(maker, 8);
    }
    add_nodes(maker, first + left, first + nodes, most, chance(maker, 2));
    look_around(maker, 24);
}

static void come_back(struct maker *maker)
{
    choose_digest(maker);
    uint64_t nodes = 1 + draw(maker, 6);
    uint32_t most = chance(maker, 4) ? 200 / maker->each + 2 : 8;
    add_nodes(maker, 0, nodes, most, chance(maker, 2));
    for (int i = 0; i < 4; i++) {
        struct ring_bytes name = name_of(maker, draw(maker, nodes));
        look_around(maker, 4);
        remove_node(maker, name);
        look_around(maker, 4);
        add(maker, name, replicas(maker, most));
        look_around(maker, 12);
    }
}

static void several_rings(struct maker *maker)
{
    choose_digest(maker);
    uint64_t count = 2 + (chance(maker, 4) ? draw(maker, 7) : 0);
    for (uint64_t i = 0; i < count; i++) {
        use(maker, i);
        /* Some nodes are in several rings. */
        add_nodes(maker, i, i + 1 + draw(maker, 5), 4, chance(maker, 2));
        look_around(maker, 4);
    }
    for (int i = 0; i < 6; i++) {
        struct ring_bytes key = any_key(maker);
        uint64_t ring = draw(maker, count);
        use(maker, ring);
        switch (draw(maker, 4)) {
        case 0:
            remove_node(maker, name_of(maker, ring));
            break;
        case 1:
            (void)program_append(maker->program, OP_RENEW);
            find(maker, key);
            add_nodes(maker, ring + 2, ring + 3 + draw(maker, 4), 4, chance(maker, 2));
            break;
        case 2:
            add(maker, name_of(maker, ring + 6 + (uint64_t)i), replicas(maker, 4));
            break;
        default:
            break;
        }
        look_around(maker, 4);
        for (uint64_t other = 0; other < count; other++) {
            use(maker, other);
            find(maker, key);
        }
    }
}

static void beyond_nodes(struct maker *maker)
{
    choose_digest(maker);
    uint64_t nodes = possible(maker, 1 + draw(maker, chance(maker, 3) ? 40 : 8), 2000);
    const uint64_t ns[] = {0,   1,   2,   nodes - 1, nodes,      nodes + 1,         2 * nodes,
                           255, 256, 257, 65536,     UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX};
    add_nodes(maker, 0, nodes, 3, chance(maker, 2));
    for (size_t i = 0; i < sizeof ns / sizeof *ns; i++) {
        find_n(maker, any_key(maker), ns[i]);
    }
    remove_node(maker, name_of(maker, draw(maker, nodes)));
    for (int i = 0; i < 4; i++) {
        find_n(maker, any_key(maker), nodes + draw(maker, 2) - 1);
    }
}

static void strings(struct maker *maker)
{
    struct ring_bytes family[STRINGS_MAX];
    choose_digest(maker);
    size_t count = directed_strings(maker->subject, maker->program, draw(maker, STRING_FAMILIES),
                                    draw(maker, 1000), family);
    if (!may_differ(maker)) {
        maker->count = 1 + (uint32_t)draw(maker, 20);
    }
    bool digits = may_differ(maker) && chance(maker, 2);
    for (size_t i = 0; i < count; i++) {
        bool is_long = family[i].size > 4000;
        add(maker, family[i], is_long ? replicas(maker, 2) : digits ? 16 : replicas(maker, 4));
    }
    add_nodes(maker, 0, draw(maker, 4), 4, chance(maker, 2));
    for (size_t i = 0; i < count; i++) {
        look(maker, family[i]);
    }
    look_around(maker, 12);
    for (int i = 0; i < 2 && count > 0; i++) {
        struct ring_bytes name = family[draw(maker, count)];
        remove_node(maker, name);
        look(maker, name);
        look_around(maker, 8);
        add(maker, name, name.size > 4000 ? 1 : replicas(maker, 4));
        look_around(maker, 8);
    }
    size_t keys = directed_strings(maker->subject, maker->program, draw(maker, STRING_FAMILIES),
                                   draw(maker, 1000), family);
    for (size_t i = 0; i < keys; i++) {
        look(maker, family[i]);
    }
}

/* LARGE RINGS, compared with an array that is sorted again after each change */

/* Whether most points of a large ring are equal to others, of which one counts: to tell which costs
 * much. tally_why_never() knows it. */
static bool most_lose(const struct subject *subject)
{
    return (subject->ties == SUBJECT_FIRST_WINS || subject->ties == SUBJECT_LAST_WINS) &&
           subject->position_bits > 0 && subject->position_bits <= 24;
}

static uint64_t most_points(const struct maker *maker)
{
    return most_lose(maker->subject)                  ? 20000
           : !in_process(maker->subject)              ? 200704
           : maker->subject->placement == SUBJECT_OWN ? 20000
                                                      : 66000;
}

static void look_at_some_points(struct maker *maker, uint64_t nodes, uint32_t points)
{
    for (int i = 0; i < 16; i++) {
        struct ring_bytes key;
        struct ring_bytes name = name_of(maker, draw(maker, nodes));
        if (coincidence_on(maker->subject, maker->program->rule, maker->program, name,
                           (uint32_t)draw(maker, points), &key)) {
            find(maker, key);
        }
    }
    for (int i = 0; i < 100; i++) {
        look(maker, any_key(maker));
    }
}

static void large_ring(struct maker *maker)
{
    choose_digest(maker);
    uint64_t points = most_points(maker);
    uint32_t count = (uint32_t)(points / 1024 / maker->each);
    count = count > 0 ? count : 1;
    if (maker->subject->replicas == SUBJECT_FIXED || maker->subject->replicas == SUBJECT_WEIGHT) {
        count = 1;
    }
    if (maker->subject->replicas_max > 0 && count > maker->subject->replicas_max) {
        count = maker->subject->replicas_max;
    }
    maker->count = count;
    uint64_t most = most_lose(maker->subject) ? 130 : 1023 + draw(maker, 3);
    uint64_t nodes = possible(maker, most, UINT32_MAX);
    if (nodes < 8) {
        return;
    }
    uint64_t parts =
        maker->subject->add_many == NULL || maker->subject->rebuilds ? 1 : 1 + draw(maker, 2);
    for (uint64_t part = 0; part < parts; part++) {
        begin_batch(maker);
        for (uint64_t i = (nodes - 2) * part / parts; i < (nodes - 2) * (part + 1) / parts; i++) {
            program_append_node(maker->program, name_of(maker, i), count);
        }
        look_at_some_points(maker, (nodes - 2) * (part + 1) / parts, count * maker->each);
    }
    for (uint64_t i = nodes - 2; i < nodes; i++) {
        add(maker, name_of(maker, i), count);
        look_at_some_points(maker, i + 1, count * maker->each);
    }
    for (int i = 0; i < 2; i++) {
        struct ring_bytes name = name_of(maker, draw(maker, nodes));
        remove_node(maker, name);
        look_at_some_points(maker, nodes, count * maker->each);
        if (i == 0) {
            add(maker, name, may_differ(maker) && count > 1 ? count / 2 : count);
        }
    }
    look_at_some_points(maker, nodes, count * maker->each);
}

#define MANY_POINTS 65535

static uint64_t most_replicas(const struct subject *subject)
{
    return subject->replicas_max > 0 ? subject->replicas_max : RING_REPLICAS_MAX;
}

/* The replicas of each of about 410 nodes that have so many points, or as many as there may be. */
static uint32_t replicas_alike(const struct maker *maker)
{
    const struct subject *subject = maker->subject;
    uint64_t most = most_points(maker);
    uint64_t of_node = most < MANY_POINTS ? most / 410 : MANY_POINTS / 410 + 1;
    uint64_t count = of_node / maker->each > 0 ? of_node / maker->each : 1;
    bool one = subject->replicas == SUBJECT_FIXED || subject->replicas == SUBJECT_WEIGHT;
    count = one ? 1 : count;
    return (uint32_t)(count < most_replicas(subject) ? count : most_replicas(subject));
}

/* As many nodes alike as reach it. */
static void many_points_alike(struct maker *maker)
{
    maker->count = replicas_alike(maker);
    uint64_t limit = most_lose(maker->subject) ? 130 : 1100;
    uint64_t nodes = MANY_POINTS / (maker->count * (uint64_t)maker->each) + 2;
    nodes = possible(maker, nodes, most_points(maker));
    nodes = nodes < 3 ? 3 : nodes > limit ? limit : nodes;
    begin_batch(maker);
    for (uint64_t i = 0; i < nodes - 3; i++) {
        program_append_node(maker->program, name_of(maker, i), maker->count);
    }
    for (uint64_t i = nodes - 3; i < nodes; i++) {
        look_at_some_points(maker, i + 1, maker->count * maker->each);
        add(maker, name_of(maker, i), maker->count);
    }
    look_at_some_points(maker, nodes, maker->count * maker->each);
}

/* 65,535 points, then one more at a time. */
static void many_points(struct maker *maker)
{
    choose_digest(maker);
    const struct subject *subject = maker->subject;
    const uint64_t target = MANY_POINTS;
    const uint64_t most = most_replicas(subject);
    if (most_points(maker) < target || !may_differ(maker) || subject->replicas == SUBJECT_WEIGHT) {
        many_points_alike(maker);
        return;
    }
    uint64_t replicas_needed = target / maker->each;
    uint64_t nodes = 1 + draw(maker, 100);
    nodes = replicas_needed / nodes > most ? replicas_needed / most + 1 : nodes;
    begin_batch(maker);
    uint64_t left = replicas_needed;
    for (uint64_t i = 0; i < nodes; i++) {
        uint64_t count = i + 1 == nodes ? left : replicas_needed / nodes;
        program_append_node(maker->program, name_of(maker, i), (uint32_t)count);
        left -= count;
    }
    look_at_some_points(maker, nodes, maker->each);
    for (uint64_t i = nodes; i < nodes + 2; i++) {
        add(maker, name_of(maker, i), 1);
        look_at_some_points(maker, i + 1, maker->each);
    }
    add(maker, name_of(maker, nodes + 2), (uint32_t)(1 + draw(maker, 4)));
    remove_node(maker, name_of(maker, draw(maker, nodes)));
    look_at_some_points(maker, nodes, maker->each);
}

/* WHICH PROGRAM IS WHICH */

static bool comes(uint64_t index, uint64_t first, uint64_t every)
{
    return index >= first && (index - first) % every == 0;
}

static bool is_large_ring(uint64_t index, const struct subject *subject)
{
    return comes(index, in_process(subject) ? LARGE_FIRST_OF_PROCESS : LARGE_FIRST, LARGE_EVERY);
}

static bool is_many_points(uint64_t index)
{
    return comes(index, POINTS_FIRST, POINTS_EVERY);
}

bool directed_is_large(uint64_t index, const struct subject *subject)
{
    return is_large_ring(index, subject) || is_many_points(index);
}

typedef void make(struct maker *maker);

/* Each as often as it stands here. */
static make *const makes[] = {
    boundaries, boundaries,       boundaries, boundaries,   strings,       strings,
    strings,    grow_shrink_grow, come_back,  come_back,    several_rings, several_rings,
    many_nodes, many_nodes,       many_nodes, beyond_nodes,
};

bool directed_program(uint64_t seed, uint64_t index, const struct subject *subject,
                      struct program *program)
{
    bool directed = directed_is_large(index, subject);
    for (size_t i = 0; i < sizeof directed_of_8 / sizeof *directed_of_8; i++) {
        directed = directed || index % 8 == directed_of_8[i];
    }
    if (!directed) {
        return false;
    }
    struct maker maker = {.program = program, .subject = subject, .seed = seed, .index = index};
    maker.each = subject->placement != SUBJECT_BY_RULE && subject->points_per_replica > 0
                     ? subject->points_per_replica
                     : 1;
    maker.style = (unsigned int)draw(&maker, 4);
    maker.count = subject->replicas == SUBJECT_FIXED ? 1 : 1 + (uint32_t)draw(&maker, 3);
    if (is_large_ring(index, subject)) {
        large_ring(&maker);
    } else if (is_many_points(index)) {
        many_points(&maker);
    } else {
        makes[draw(&maker, sizeof makes / sizeof *makes)](&maker);
    }
    return true;
}

void directed_prepare(const struct subject *subject)
{
    coincidences_prepare(subject);
}
