/** Two ends of EDHOC-PSK in one place, with keys from a seed. */
import { createHash } from "node:crypto"
import { openDigest } from "../../../../src/core/crypto/digest"
import type { Random } from "../../../../src/core/crypto/random"
import { labelCredential, type PskCredential } from "../../../../src/core/session/edhoc/credential"
import type { EphemeralKey } from "../../../../src/core/session/edhoc/ephemeral-key"
import { EdhocInitiator, type InitiatorPorts } from "../../../../src/core/session/edhoc/initiator"
import { prepareP256 } from "../../../../src/core/session/edhoc/p256-key"
import { EdhocResponder } from "../../../../src/core/session/edhoc/responder"
import { EDHOC_STEPS, type EdhocState } from "../../../../src/core/session/edhoc/states"
import { SUITE_4 } from "../../../../src/core/session/edhoc/suite-4"
import { SUITE_5 } from "../../../../src/core/session/edhoc/suite-5"
import { suiteMinus21 } from "../../../../src/core/session/edhoc/suite-minus-21"
import { suiteMinus22 } from "../../../../src/core/session/edhoc/suite-minus-22"
import { type CipherSuite, CURVE_X25519 } from "../../../../src/core/session/edhoc/suites"
import { prepareX25519 } from "../../../../src/core/session/edhoc/x25519-key"
import type { SessionKeys } from "../../../../src/core/session/session-keys"
import { nodeDigest } from "../../../../src/host/node-digest"
import { nodeCounterMode } from "../openssl-suites"

export const pause = async () => {}
export const digest = await openDigest(nodeDigest, pause)

export const SECRET = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex")
export const CREDENTIAL = labelCredential(SECRET, "hub", "valve 1")
export const C_I = Buffer.from("0a", "hex")
export const C_R: readonly [Buffer, Buffer] = [Buffer.from("05", "hex"), Buffer.from("06", "hex")]

/** Bytes that follow from a text, block by block. */
export function seeded(seed: string): Random {
    let block = 0
    return {
        draw(target) {
            for (let at = 0; at < target.length; at += 32)
                target.set(
                    createHash("sha256")
                        .update(`${seed}/${block++}`)
                        .digest()
                        .subarray(0, target.length - at),
                    at,
                )
        },
    }
}

export async function ephemeral(suite: CipherSuite, seed: string): Promise<EphemeralKey> {
    return await (suite.curve === CURVE_X25519 ? prepareX25519 : prepareP256)(seeded(seed), pause)
}

/** An end that takes down what it keeps. */
export interface Kept extends InitiatorPorts {
    kept: SessionKeys[]
}
export function ports(): Kept {
    const kept: SessionKeys[] = []
    return {
        digest,
        pause,
        kept,
        keep: async keys => {
            kept.push(keys)
        },
    }
}

export interface Options {
    seed?: string
    ports?: InitiatorPorts
    credential?: PskCredential
}

export interface InitiatorOptions extends Options {
    suites?: readonly CipherSuite[]
    selected?: number
    connectionId?: Buffer
}

export async function initiator(options: InitiatorOptions = {}): Promise<EdhocInitiator> {
    const {
        suites = [SUITE_4],
        selected = 0,
        seed = "initiator",
        connectionId = C_I,
        credential = CREDENTIAL,
    } = options
    const key = await ephemeral(suites[selected], seed)
    return new EdhocInitiator(options.ports ?? ports(), { suites, selected, ephemeral: key, connectionId, credential })
}

export interface ResponderOptions extends Options {
    suite?: CipherSuite
    connectionIds?: readonly [Buffer, Buffer]
}

export async function responder(options: ResponderOptions = {}): Promise<EdhocResponder> {
    const { suite = SUITE_4, seed = "responder", credential = CREDENTIAL, connectionIds = C_R } = options
    const { digest, pause, keep } = options.ports ?? ports()
    const credentialOf = (kid: Buffer) => (kid.equals(credential.kid) ? credential : undefined)
    const key = await ephemeral(suite, seed)
    return new EdhocResponder({ digest, pause, suite }, { keep, credentialOf }, key, ...connectionIds)
}

export const BOTH_SUITES = [SUITE_4, SUITE_5]
export const SUITE_MINUS_21 = suiteMinus21(nodeCounterMode)
export const SUITE_MINUS_22 = suiteMinus22(nodeCounterMode)
export const ALL_SUITES = [...BOTH_SUITES, SUITE_MINUS_21, SUITE_MINUS_22]
/** The steps of the table as pairs, from where and to where. */
export const STEPS: readonly (readonly [from: EdhocState, to: EdhocState])[] = [...EDHOC_STEPS].flatMap(
    (states, from) => [0, 1, 2, 3, 4, 5, 6, 7].filter(to => (states >> to) & 1).map(to => [from, to] as const),
)
