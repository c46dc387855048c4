/** The stage in C with one rule of docs/loader.md left out, as a change of its source. */
import type { Changed } from "./compile"
import { loaderSources } from "./compile"

/** What is changed: in which file, and what into what. */
type Variant = readonly [file: string, from: string, to: string]

export const VARIANTS: Readonly<Record<string, Variant>> = {
    "the FRAM has to answer": ["stage.c", "    stage->unreadable = true;\n    for", "    for"],
    "the time of a verdict is limited": ["stage.c", "elapsed >= LIMIT_MS ||", "false ||"],
    "what is left of it is told to the bus": ["stage.c", "LIMIT_MS - elapsed);", "LIMIT_MS);"],
    "the number of transactions is limited": ["stage.c", "stage->transfers >= LIMIT_TRANSFERS", "false"],
    "what was unreadable stays so": ["verdict.c", "stage.unreadable ? LOADER_UNREADABLE : verdict", "verdict"],

    "the element has to answer": [
        "element.c",
        "            stage->unreadable = true;\n            return 0;",
        "            return 0;",
    ],
    "the element is put to sleep first": ["element.c", "(void)put_to_sleep(stage);\n    (void)loader", "(void)loader"],
    "the element is woken": ["element.c", "WAKE_ADDRESS, NOTHING", "ADDRESS, NOTHING"],
    "the element says that it has just woken": ["element.c", " && answer[1] == AFTER_WAKE", ""],
    "the element is waited for": [
        "element.c",
        "elapsed(stage) - began > limit_ms",
        "elapsed(stage) - began <= limit_ms",
    ],
    "an answer's size": ["element.c", "answer[0] == size && ", ""],
    "an answer's checksum": ["element.c", "loader_crc16(answer, size - 2) == loader_u16(answer + size - 2)", "true"],
    "a damaged answer is asked for again": [
        "element.c",
        "elapsed(stage) - began > PATIENCE_MS",
        "elapsed(stage) >= began",
    ],
    "the element's patience": ["element.c", "#define PATIENCE_MS 300u", "#define PATIENCE_MS 20u"],
    "an unlocked element has not counted": ["element.c", "return is_whole(answer, STATUS_BYTES) &&", "return false &&"],
    "only an unlocked one may refuse": ["element.c", " && is_unlocked(stage);", ";"],
    "a refusal, and nothing else": ["element.c", " && answer[1] == EXECUTION_ERROR && is_unlocked(stage)", ""],
    "what a lock says": ["element.c", " && answer[LOCK_CONFIG_AT] == UNLOCKED", ""],
    "all bytes of the count": ["element.c", "loader_u32(answer + 1)", "answer[1]"],

    "head's CRC": ["records.c", "loader_crc32(slot, HEAD_CRC_AT) == loader_u32(slot + HEAD_CRC_AT)", "true"],
    "kind of a head": ["records.c", "(kind == HEAD_SETTLED || kind == HEAD_CLEANING)", "kind < 0xFF"],
    "a head while something has to be overwritten": ["records.c", " || kind == HEAD_CLEANING", ""],
    "second head": ["records.c", "has_first || has_second;", "has_first;"],
    "the second head instead of a damaged one": [
        "records.c",
        "(!has_first || loader_generation",
        "(has_first && loader_generation",
    ],
    "higher generation of two heads": [
        "records.c",
        "loader_generation(second) > loader_generation(head)",
        "loader_generation(second) < loader_generation(head)",
    ],
    "all slots equal without a head": ["records.c", "        require_new_memory(stage);\n", ""],
    "all of each slot": ["records.c", "loader_equal(blank, other, sizeof other)", "loader_equal(blank, other, 1)"],
    "all six bytes of a generation": ["copy.c", "(uint64_t)loader_u16(slot + 4) << 32 | ", ""],
    "all places": ["records.c", "place < PLACES &&", "place < 3 &&"],
    "only what is listed": ["records.c", "if (listing == 0 || listing >> 16", "if (listing != 0 && listing >> 16"],
    "generation of a copy": ["records.c", " || listing >> 16 != (generation & 0xFFFFu)", ""],
    "header's CRC": ["copy.c", "loader_crc32(slot, HEADER_CRC_AT) == loader_u32(slot + HEADER_CRC_AT)", "true"],
    "kind of a copy": ["copy.c", "slot[KIND_AT] == KIND_COPY && ", ""],
    "second copy": ["records.c", "copy < 2 && place->slots", "copy < 1 && place->slots"],
    "the first copy before the second": ["records.c", "place->slots[beside ? 1 : 0]", "place->slots[beside ? 0 : 1]"],
    "lost is damaged": ["records.c", "place->slots[0] == 0 && place->lost == 0", "place->slots[0] == 0"],
    "tag of what is lost": ["records.c", "if (tag_of(loader_name_of((loader_name)name)) == tag)", ""],
    "value's CRC": [
        "copy.c",
        "loader_crc32(slot + LOADER_VALUE_AT, length) == loader_u32(slot + VALUE_CRC_AT)",
        "true",
    ],
    "length of a value": ["copy.c", " || length > LOADER_VALUE_BYTES", ""],
    "a write under way": ["records.c", "    if (newer.place != 0)\n", "    if (false)\n"],
    "a complete write": ["records.c", " || loader_whole_value(slot) == LOADER_NO_VALUE)", ")"],
    "the next generation": ["records.c", "newer->generation != loader_generation(head) + 1 || ", ""],
    "not where something is listed": ["records.c", " || listing_at(head, newer->place) != 0", ""],
    "one write under way": [
        "records.c",
        "        stage->unreadable = true;\n}\n\nstatic void read_place",
        "        return;\n}\n\nstatic void read_place",
    ],
    "what was lost is found": [
        "records.c",
        "            enter_found(records, loader_copy_name(slot));",
        "            (void)enter_found;",
    ],

    "size of root": ["seal.c", " && root.size == ROOT_BYTES", ""],
    "damaged without a root": ["seal.c", "!seals->has_key || ", ""],
    "shorter than a seal": ["seal.c", " || value->size < SEAL_BYTES", ""],
    seal: ["seal.c", "if (loader_equal(hmac, value->bytes + value->size, SEAL_BYTES))", ""],
    "all of the seal": ["seal.c", "value->bytes + value->size, SEAL_BYTES)", "value->bytes + value->size, 1)"],
    "chip in the key": ["seal.c", "{stage->board->chip, LOADER_CHIP_BYTES}", "{stage->board->chip, 0}"],
    "name under the seal": ["seal.c", "while (text[named.size] != 0)", "while (text[named.size] == 1)"],
    "the zero behind it": ["seal.c", "    named.size++;\n    loader_hmac", "    loader_hmac"],

    "record floor": ["verdict.c", "return loader_u32(value.bytes);", "return 0;"],
    "damaged floor": ["verdict.c", "    memory->stage->unreadable = true;\n    return 0;", "    return 0;"],
    "size of floor": ["verdict.c", " && value.size == FLOOR_BYTES", ""],
    "no floor is none": ["verdict.c", "if (value.state == LOADER_ABSENT)", "if (false)"],
    "element's count": ["verdict.c", "if (!memory->stage->board->has_element)", "if (true)"],
    "a quarter of the count": ["verdict.c", " / COUNTS_PER_STEP", ""],
    "the higher of two floors": ["verdict.c", "counted > recorded ? counted : recorded", "counted"],
    "factory only at floor 0": ["verdict.c", "floor == 0 && is_in_factory", "is_in_factory"],
    "factory in a blank memory": ["verdict.c", "loader_is_blank(&memory->records) ||", ""],
    "record factory in a blank memory": ["records.c", "name != LOADER_RECORD_FACTORY && ", ""],
    "no other record in a blank memory": ["records.c", "!records->has_others && ", ""],
    "no record that is known in a blank memory": [
        "records.c",
        "records->places[name].slots[0] != 0)\n            return false;",
        "false)\n            return false;",
    ],
    "no lost record in a blank memory": ["records.c", " && records->lost == 0", ""],
    "factory by its record": ["verdict.c", "(state_of(memory, LOADER_RECORD_FACTORY) == LOADER_WHOLE &&", "(false &&"],
    "factory only by its record": [
        "verdict.c",
        "(state_of(memory, LOADER_RECORD_FACTORY) == LOADER_WHOLE &&",
        "(state_of(memory, LOADER_RECORD_FACTORY) != LOADER_DAMAGED &&",
    ],
    "damaged factory is none": [
        "verdict.c",
        "(state_of(memory, LOADER_RECORD_FACTORY) == LOADER_WHOLE &&",
        "(state_of(memory, LOADER_RECORD_FACTORY) != LOADER_ABSENT &&",
    ],
    "factory only without an identity": [
        "verdict.c",
        " && state_of(memory, LOADER_RECORD_IDENTITY) == LOADER_ABSENT",
        "",
    ],
    "damaged identity is there": [
        "verdict.c",
        "LOADER_RECORD_IDENTITY) == LOADER_ABSENT",
        "LOADER_RECORD_IDENTITY) != LOADER_WHOLE",
    ],
    "all of the digest": [
        "verdict.c",
        "digest, LOADER_DIGEST_BYTES);\n}\n\nstatic loader_verdict judge",
        "digest, LOADER_DIGEST_BYTES - 1);\n}\n\nstatic loader_verdict judge",
    ],
    "program at the floor": ["verdict.c", "is_confirmed && confirmed >= floor", "is_confirmed"],
    "pending at the floor": ["verdict.c", "is_granted && pending >= floor", "is_granted"],
    "at the floor is not below it": ["verdict.c", "confirmed >= floor", "confirmed > floor"],
    pending: ["verdict.c", "names(memory, LOADER_RECORD_PENDING, digest, &pending)", "false && pending"],
    "the pending one below the floor": ["verdict.c", "is_confirmed || is_granted ?", "is_confirmed ?"],
    "size of program": ["verdict.c", "value->size == PROGRAM_BYTES && ", ""],
    "last byte of program": ["verdict.c", " && value->bytes[STAGE_AT] == CONFIRMED", ""],
    "size of pending": ["verdict.c", "value->size == PENDING_BYTES && ", ""],
    "stage of pending": [
        "verdict.c",
        " && (value->bytes[STAGE_AT] == GRANTED || value->bytes[STAGE_AT] == ON_TRIAL)",
        "",
    ],
    "a pending one on trial": ["verdict.c", " || value->bytes[STAGE_AT] == ON_TRIAL", ""],
    "only three verdicts let run": ["verdict.c", " || verdict == LOADER_TRIAL;", " || verdict >= LOADER_TRIAL;"],

    "the padding of a last block that is full": [
        "sha256.c",
        "used = put(state, block, used, 0x80);",
        "block[used++] = 0x80;",
    ],
    "a message's length": ["sha256.c", "(uint32_t)size << 3", "(uint32_t)(size & 31u) << 3"],

    "first word of a bank": ["torn_store.c", "loader_u32(bytes + bank) != MAGIC_0 || ", ""],
    "second word of a bank": ["torn_store.c", " || loader_u32(bytes + bank + 4) != MAGIC_1", ""],
    "a bank's size": [
        "torn_store.c",
        "flash->size / PAGE_BYTES / PAGES_PER_BANK_PAGE",
        "flash->size / PAGE_BYTES / 32u",
    ],
    "second bank": [
        "torn_store.c",
        "if (!is_torn(flash, 0) && !is_torn(flash, pages * PAGE_BYTES))",
        "if (!is_torn(flash, 0))",
    ],
    "both banks are erased": ["torn_store.c", "page < 2 * pages", "page < pages"],
    "pages behind the banks": ["torn_store.c", "first >= 2 * pages_per_bank(flash) && ", ""],
    "pages inside the flash": ["torn_store.c", " && first + pages <= flash->size / PAGE_BYTES", ""],
    "a page that is begun": ["torn_store.c", " + (size % PAGE_BYTES != 0)", ""],
    "a page at least": ["torn_store.c", "rounded == 0 ? 1 : rounded", "rounded"],
    "the end of the entries": ["torn_store.c", " && loader_u32(bytes + at + OFFSET_AT) != NO_OFFSET", ""],
    "only large entries stand for pages": [
        "torn_store.c",
        "is_large ? !pages_exist(flash, offset, size) : ",
        "!pages_exist(flash, offset, size) || ",
    ],
    "a value inside its bank": ["torn_store.c", " : offset > end || size > end - offset", " : false"],
    "the size of a value": ["torn_store.c", " || size > end - offset", ""],
    "a value behind its bank": ["torn_store.c", "offset > end || ", ""],
    "no value among the entries": ["torn_store.c", "    if (at > values)\n        return true;\n", ""],
    "no value without its entry": ["torn_store.c", "    return at < values;", "    return false;"],
}

/** @throws Error if what is to be changed does not stand exactly once in the file */
export function changedBy([file, from, to]: Variant): Changed {
    const source = loaderSources().get(file)
    const [before, after, ...more] = source?.split(from) ?? []
    if (after === undefined || more.length > 0)
        throw new Error(`${file} has ${more.length + (after ? 1 : 0)} times: ${from}`)
    return new Map([[file, before + to + after]])
}
