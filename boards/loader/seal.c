#include "seal.h"

#include "bytes.h"
#include "hmac.h"

#define ROOT_BYTES 32u
#define SEAL_BYTES 16u

void loader_make_key(loader_stage *stage, const loader_records *records, loader_seals *seals)
{
    static const uint8_t LABEL[] = {'s', 'e', 'a', 'l'};
    loader_value root;
    loader_read_value(stage, records, LOADER_RECORD_ROOT, &root);
    seals->has_key = root.state == LOADER_WHOLE && root.size == ROOT_BYTES;
    if (!seals->has_key)
        return;
    const loader_bytes label = {LABEL, sizeof LABEL}, chip = {stage->board->chip, LOADER_CHIP_BYTES};
    loader_hmac_sha256(stage->board->sha256, root.bytes, label, chip, seals->key);
}

/** HMAC of name, a zero, and value. */
static void make_seal(const loader_stage *stage, const loader_seals *seals, loader_name name, loader_bytes value, uint8_t hmac[LOADER_DIGEST_BYTES])
{
    const char *text = loader_name_of(name);
    loader_bytes named = {(const uint8_t *)text, 0};
    while (text[named.size] != 0)
        named.size++;
    named.size++;
    loader_hmac_sha256(stage->board->sha256, seals->key, named, value, hmac);
}

void loader_read_sealed(loader_stage *stage, const loader_records *records, const loader_seals *seals, loader_name name, loader_value *value)
{
    uint8_t hmac[LOADER_DIGEST_BYTES];
    loader_read_value(stage, records, name, value);
    if (value->state != LOADER_WHOLE)
        return;
    value->state = LOADER_DAMAGED;
    if (!seals->has_key || value->size < SEAL_BYTES)
        return;
    value->size -= SEAL_BYTES;
    const loader_bytes sealed = {value->bytes, value->size};
    make_seal(stage, seals, name, sealed, hmac);
    if (loader_equal(hmac, value->bytes + value->size, SEAL_BYTES))
        value->state = LOADER_WHOLE;
}
