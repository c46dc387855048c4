/** Devices that take what they should refuse, or lose themselves over it. */
import { brokenBoard } from "../campaigns/broken-board"
import { HEARS_AGAIN } from "./hears-again"
import type { Change, Mutant } from "./mutant"

const RECIPIENT = "src/core/suit/recipient.ts"
const ENVELOPE = "src/core/suit/envelope.ts"
const AUTHENTICATION = "src/core/suit/authentication.ts"
const AGENT = "src/core/update/update-agent.ts"

const anySignature: Change = [
    AUTHENTICATION,
    "if (!(await verifier.verify(key.publicKey, message, { length, read }, digest, envelope.pause)))",
    "if (message.length === 0)",
]

export const UPDATE_MUTANTS: readonly Mutant[] = [
    {
        name: "accepts-equal-sequence",
        caughtBy: "C1.4-refuses-equal",
        device: "doorbell",
        breaks: "It takes another program under the number of the one that runs.",
        change: [
            [
                RECIPIENT,
                "if (manifest.sequenceNumber === floor) envelope.refuseManifest(SuitRefusal.SequenceEqual)",
                "",
            ],
        ],
        seen: "sequenceEqual; Authorised",
    },
    {
        name: "accepts-older-sequence",
        caughtBy: "C1.4-refuses-older",
        device: "doorbell",
        breaks: "It takes a program below the number of the one that runs.",
        change: [
            [RECIPIENT, "if (manifest.sequenceNumber < floor) envelope.refuseManifest(SuitRefusal.SequenceOlder)", ""],
        ],
        seen: "sequenceOlder; Authorised",
    },
    {
        name: "ignores-signature",
        caughtBy: "C1.4-refuses-stranger",
        device: "doorbell",
        breaks: "It takes what a stranger has signed under the vendor's name.",
        change: [anySignature],
        seen: "signature; Authorised",
    },
    {
        name: "ignores-signature-bits",
        caughtBy: "C1.4-refuses-flipped-signature",
        device: "doorbell",
        breaks: "It takes a package whose signature was altered on the way.",
        change: [anySignature],
        seen: "signature; Authorised",
    },
    {
        name: "ignores-vendor",
        caughtBy: "C1.4-refuses-other-vendor",
        device: "doorbell",
        breaks: "It takes releases of another vendor.",
        change: [
            [
                RECIPIENT,
                "if (!constantTimeEqual(manifest.vendorId, recipient.vendorId)) envelope.refuseManifest(SuitRefusal.Vendor)",
                "",
            ],
        ],
        seen: "vendor; Authorised",
    },
    {
        name: "ignores-model",
        caughtBy: "C1.4-refuses-other-model",
        device: "doorbell",
        breaks: "It takes releases for another model.",
        change: [
            [
                RECIPIENT,
                "if (!constantTimeEqual(manifest.classId, recipient.classId)) envelope.refuseManifest(SuitRefusal.Class)",
                "",
            ],
        ],
        seen: "class; Authorised",
    },
    {
        name: "ignores-board",
        caughtBy: "C1.4-refuses-other-board",
        device: "doorbell",
        breaks: "It takes releases for another board.",
        change: [[RECIPIENT, "envelope.refuseManifest(SuitRefusal.Board)", "envelope.refuseManifest(0)"]],
        seen: "board; Authorised",
    },
    {
        name: "ignores-what-it-can-count",
        caughtBy: "C1.4-refuses-unconfirmable",
        device: "doorbell",
        breaks: "It takes a number that it could never confirm.",
        change: [[AGENT, "if (manifest.sequenceNumber > highest) {", "if (highest < 0) {"]],
        seen: "unconfirmable; Authorised",
    },
    {
        name: "ignores-manifest-digest",
        caughtBy: "C1.4-refuses-flipped-manifest",
        device: "doorbell",
        breaks: "It reads a manifest that is not the one that was signed.",
        change: [
            [
                ENVELOPE,
                "if (!constantTimeEqual(await sha256Of(digest, bytes, this.pause), expected)) this.refuse(reason, member.head)",
                "if (!constantTimeEqual(await sha256Of(digest, bytes, this.pause), expected)) this.refuse(0, reason)",
            ],
        ],
        seen: "reason: manifestDigest; ",
    },
    {
        name: "reads-beyond-the-end",
        caughtBy: "C1.4-refuses-cut-short",
        device: "doorbell",
        breaks: "It reads a member on behind the end of the package.",
        change: [[ENVELOPE, "HEAD_BYTES), this.length - base)", "HEAD_BYTES), PROGRAM_BYTES)"]],
        seen: "ended; manifestDigest",
    },
    {
        name: "begins-anything",
        caughtBy: "C1.4-refuses-garbage",
        device: "doorbell",
        breaks: "It begins to read what is no envelope.",
        change: [
            [
                ENVELOPE,
                "if (reader.head(TAG) !== ENVELOPE_TAG) this.refuse(SuitRefusal.NotAnEnvelope, 0)",
                "reader.head(TAG)",
            ],
        ],
        seen: "reason: notAnEnvelope; ",
    },
    {
        name: "ignores-what-comes-behind",
        caughtBy: "C1.4-refuses-too-long",
        device: "doorbell",
        breaks: "It takes a package with bytes behind it that nobody has signed.",
        change: [[ENVELOPE, "if (base < this.length) this.refuse(CborRefusal.Trailing, base)", ""]],
        seen: "trailing; Authorised",
    },
    {
        name: "announces-without-limit",
        caughtBy: "C1.4-refuses-endless",
        device: "doorbell",
        breaks: "It begins with a package of any length.",
        change: [[ENVELOPE, "if (length > staging.size + PROGRAM_BYTES) this.refuse(SuitRefusal.Length, 0)", ""]],
        seen: "length; none",
    },
    {
        name: "installs-without-consent",
        caughtBy: "C1.4-asks-owner",
        device: "doorbell",
        breaks: "It lets an update be installed that nobody was asked about.",
        change: [[AGENT, "if (isKnown || standing) await this.allow()", "await this.allow()"]],
        seen: "the owner is asked; Authorised",
    },
    {
        name: "takes-yes-for-anything",
        caughtBy: "C1.4-asks-owner",
        device: "doorbell",
        breaks: "It takes a yes to another update for one to this.",
        change: [[AGENT, "if (!constantTimeEqual(digest, subject.digest)) return UpdateRefusal.NotFresh", ""]],
        seen: "a yes to another update: notFresh; none",
    },
    {
        name: "takes-yes-again",
        caughtBy: "C1.4-asks-nobody-else",
        device: "doorbell",
        breaks: "It takes a yes that was recorded.",
        change: HEARS_AGAIN,
        seen: "the owner's yes of before: Unauthorized; sealed",
    },
    {
        name: "guests-approve",
        caughtBy: "C1.4-asks-nobody-else",
        device: "doorbell",
        breaks: "Whoever is invited has it updated.",
        change: [
            [
                "devs/update/updater.ts",
                "if (owner && !owner.approves(asker)) return this.told(UpdateRefusal.NotAllowed)",
                "if (owner && !asker && !owner.approves(asker)) return this.told(UpdateRefusal.NotAllowed)",
            ],
        ],
        seen: "a guest's yes: notAllowed; none",
    },
    {
        name: "ignores-no",
        caughtBy: "C1.4-asks-owner",
        device: "doorbell",
        breaks: "It goes on waiting for a yes after a no.",
        change: [[AGENT, "this.refuse(UpdateRefusal.ConsentDenied)", ""]],
        seen: "the update after a no: consentDenied; none",
    },
    {
        name: "floor-not-raised",
        caughtBy: "C1.4-takes-next",
        device: "doorbell",
        breaks: "It confirms a program and leaves the floor where it was.",
        change: [[AGENT, "await floor.raise(to)", "if (to < 0) await floor.raise(to)"]],
        seen: "unproved: otherFloor",
    },
    {
        name: "accepts-older-after-reboot",
        caughtBy: "C1.4-no-way-back",
        device: "doorbell",
        breaks: "It has forgotten after a restart which number it has confirmed.",
        change: [
            [
                AGENT,
                "recipient.programFloor = this.program === NO_PROGRAM ? lowest - 1 : this.program.sequenceNumber",
                "recipient.programFloor = this.program === NO_PROGRAM ? lowest - 1 : this.cyclesOnTrial > 0 ? this.program.sequenceNumber : 0",
            ],
        ],
        seen: "sequenceOlder; Authorised",
    },
    {
        name: "old-program-works",
        caughtBy: "C1.4-old-program",
        device: "doorbell",
        breaks: "A program below the floor works on if somebody installs it.",
        change: [
            [AGENT, "if (sequenceNumber < lowest) this.condemn(UpdateRefusal.BelowFloor)\n        else if", "if"],
            [
                AGENT,
                "else if (lowest > 0 || (await soundRecord(sealed, POLICY_RECORD))) this.condemn(UpdateRefusal.Unauthorised)",
                "else if (lowest < 0 || (await soundRecord(sealed, POLICY_RECORD))?.length === 0) this.condemn(UpdateRefusal.BelowFloor)",
            ],
        ],
        seen: "reason of the old program: belowFloor; none",
    },
    {
        name: "confirms-on-silence",
        caughtBy: "C1.4-trial",
        device: "doorbell",
        breaks: "It confirms a program that has proved nothing yet.",
        change: [[AGENT, "export const TRIAL_CYCLES = 100", "export const TRIAL_CYCLES = 0"]],
        seen: "the confirmed program",
    },
    {
        name: "raises-floor-at-once",
        caughtBy: "C1.4-trial",
        device: "doorbell",
        breaks: "It leaves the confirmed program no way back while the new one is on trial.",
        change: [
            [
                AGENT,
                "            this.pass(UpdateEvent.Try)\n",
                "            this.pass(UpdateEvent.Try)\n            await this.records.floor.raise(pending.sequenceNumber)\n",
            ],
        ],
        seen: "the floor: 1; 2",
    },
    {
        name: "trial-never-ends",
        caughtBy: "C1.4-failed-trial",
        device: "doorbell",
        breaks: "It tries a program again and again that never proves itself.",
        change: [[AGENT, "export const TRIAL_BOOTS = 3", "export const TRIAL_BOOTS = 200"]],
        seen: "given up after three starts; Trial",
    },
    {
        name: "works-though-given-up",
        caughtBy: "C1.4-failed-trial",
        device: "doorbell",
        breaks: "It goes on working with a program that has failed its trial.",
        change: [[AGENT, "return this.unfit || this.held", "return this.held"]],
        seen: "its state: Safe; Normal",
    },
    {
        name: "dies-of-second-start",
        caughtBy: "C1.4-survives-power-loss",
        device: "doorbell",
        breaks: "A new program that lost its supply in its trial never comes to its end.",
        change: [
            [
                AGENT,
                "        this.subject = pending\n",
                '        this.subject = pending\n        if (pending.failedBoots > 0) throw new Error("second start")\n',
            ],
        ],
        seen: "outcome after a cut",
    },
    {
        name: "unlocks-while-it-starts",
        caughtBy: "C1.4-survives-power-loss",
        device: "doorbell",
        breaks: "Its strike lets go until the program has told it otherwise.",
        board: () =>
            brokenBoard("doorbell_c3", [
                "strike_drive: { and: [STRIKE, deadman] }",
                "strike_drive: { not: HEARTBEAT }",
            ]),
        seen: "strike safe after a cut",
    },
]
