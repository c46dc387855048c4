/** Why bytes are no CBOR that the reader takes. 1 to 19 of the numbers that `src/core/suit/refusal.ts` lists in full. */
export enum CborRefusal {
    None = 0,
    /** An item goes beyond the end of what holds it. */
    Ended = 1,
    /** What holds the items goes on after the last of them. */
    Trailing = 2,
    /** The item is not of the type it has to be. */
    Type = 3,
    /** A length or number has leading zeros (RFC 8949 §4.2.1). */
    NotShortest = 4,
    /** The length is not said in advance (RFC 8949 §3.2): not deterministic. */
    Indefinite = 5,
    /** The first byte is one that RFC 8949 §3 reserves. */
    Reserved = 6,
    /** A number above 32 bits. */
    TooLarge = 7,
    /** A string is longer than the reader holds, or an item's first bytes lie further on than it looks. */
    TooLong = 8,
    /** A map has the same key twice. */
    KeyRepeated = 9,
    /** The keys of a map are not in the order of their encodings (RFC 8949 §4.2.1). */
    KeyOrder = 10,
    /** A text has other characters than printable ASCII. */
    Characters = 11,
    /** An array or a map has another number of items than it has to. */
    Count = 12,
}
