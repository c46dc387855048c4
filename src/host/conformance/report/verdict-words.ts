/** How people are told a verdict: by a sign and a word, never by colour alone. */
import type { Verdict } from "../verdict"

export const VERDICT_WORDS: Readonly<Record<Verdict, { sign: string; word: string; means: string }>> = {
    enforced: { sign: "✔", word: "enforced", means: "it cannot happen" },
    measured: { sign: "◐", word: "measured", means: "it can happen, is detected, and leads to the safe state" },
    documented: { sign: "✎", word: "documented", means: "it rests on a procedure" },
    notMet: { sign: "✘", word: "not met", means: "it was tried, or is not built, and does not hold" },
    inconclusive: { sign: "?", word: "inconclusive", means: "it was tried, and what was seen says neither" },
    notAssessed: { sign: "○", word: "not assessed", means: "it was not tried" },
    notApplicable: { sign: "–", word: "not applicable", means: "the device has nothing that it could be asked of" },
}
