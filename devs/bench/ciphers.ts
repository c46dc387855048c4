/** Benchmark: authenticated ciphers. */
import type { Aead } from "devicescript-domovoi/src/core/crypto/aead"
import { AesCcm } from "devicescript-domovoi/src/core/crypto/ccm"
import { ChaCha20Poly1305 } from "devicescript-domovoi/src/core/crypto/chacha20poly1305"
import { rising, same } from "./bytes"
import { finish, pause, section } from "./section"

const NONE = Buffer.alloc(0)
const CHACHA_TAG = hex`398147c1318c7d7ccd267406bb759340`
const AES_128_TAG = hex`bd3f32fdd0375e132834d084656a6abf`
const AES_256_TAG = hex`776f2a1a6922e4fd98b41a6dd5d70218`

/** Seals and opens 1 KiB. An AES key is expanded in the first use, which is a seal of nothing. */
async function measure(name: string, cipher: Aead, nonce: Buffer, tag: Buffer) {
    await section(`${name}.sealNothing`, async () => (await cipher.seal(nonce, NONE, NONE, pause)).length === 16)
    let text = rising(1024)
    let sealed: Buffer = NONE
    await section(`${name}.seal1024`, async () => {
        sealed = await cipher.seal(nonce, NONE, text, pause)
        return same(sealed.slice(1024), tag)
    })
    text = NONE
    await section(`${name}.open1024`, async () => {
        const opened = await cipher.open(nonce, NONE, sealed, pause)
        return opened !== undefined && opened.length === 1024 && opened[1023] === 255
    })
}

await measure("chacha20Poly1305", new ChaCha20Poly1305(rising(32)), rising(12), CHACHA_TAG)
await measure("aes128Ccm", new AesCcm(rising(16), 16), rising(13), AES_128_TAG)
await measure("aes256Ccm", new AesCcm(rising(32), 16), rising(13), AES_256_TAG)
await finish()
