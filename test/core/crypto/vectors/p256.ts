import { hex } from "../../../../src/core/crypto/hex"
import { p256Agree, p256PublicKey, p256Sign } from "../../../../src/core/crypto/p256"
import { p256Refusal } from "../../../../src/core/crypto/p256-verify"
import type { VectorRun } from "./vector-run"

const SECRET_KEY = hex`c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721`
const PUBLIC_KEY = hex`04
    60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6
    7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299`

/** RFC 6979 §A.2.5, with SHA-256. */
export async function ecdsaP256Vectors(run: VectorRun): Promise<void> {
    run.check("public key", await p256PublicKey(SECRET_KEY, run.pause), PUBLIC_KEY)
    await check(
        run,
        "sample",
        hex`efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716
            f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8`,
    )
    await check(
        run,
        "test",
        hex`f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367
            019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083`,
    )
}

async function check(run: VectorRun, text: string, signature: Buffer): Promise<void> {
    const message = Buffer.from(text)
    run.check(`"${text}": signature`, await p256Sign(SECRET_KEY, message, run.digest, run.pause), signature)
    const refusal = await p256Refusal(PUBLIC_KEY, message, signature, run.digest, run.pause)
    run.check(`"${text}": verified`, Buffer.from(`${refusal}`), Buffer.from("undefined"))
}

/** RFC 5903 §8.1. */
export async function ecdhP256Vectors(run: VectorRun): Promise<void> {
    const initiator = hex`c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433`
    const responder = hex`c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53`
    const initiatorPublic = hex`04
        dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180
        5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3`
    const responderPublic = hex`04
        d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63
        56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab`
    const shared = hex`d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de`
    run.check("initiator's public key", await p256PublicKey(initiator, run.pause), initiatorPublic)
    run.check("responder's public key", await p256PublicKey(responder, run.pause), responderPublic)
    run.check("initiator's secret", (await p256Agree(initiator, responderPublic, run.pause)).sharedSecret, shared)
    run.check("responder's secret", (await p256Agree(responder, initiatorPublic, run.pause)).sharedSecret, shared)
}
