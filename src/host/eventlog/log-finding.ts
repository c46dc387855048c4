/** What can be wrong with a log. */
export type LogFinding =
    /** After the entries comes no statement, or not one of a log: what was handed over was cut short, or is something else. */
    | "unsigned"
    /** The statement is not signed with the unit's key. Nothing can be said about the entries then. */
    | "signature"
    /** The statement answers another challenge: it is an old one. */
    | "replayed"
    /** The newest entries that the statement speaks of are missing. */
    | "truncated"
    /** Entries are missing. */
    | "removed"
    /** There are more entries than the statement speaks of. */
    | "inserted"
    /** Entries are not in their order. */
    | "reordered"
    /** An entry is not what the device wrote. */
    | "edited"
    /** The rows of the ledger are not those that the device had counted in: some are gone, or older than they should be. */
    | "miscounted"
    /** The log ends before what was seen of it earlier, or differs from that. */
    | "rolledBack"
    /** The device tells that a power cut cost it an entry. */
    | "toldLost"
    /** The device tells that entries were changed in its memory. */
    | "toldDamaged"
    /** The device tells that its log had been set back. */
    | "toldRolledBack"
    /** The device tells that rows of its ledger were gone, or older than they should be. */
    | "toldMiscounted"
