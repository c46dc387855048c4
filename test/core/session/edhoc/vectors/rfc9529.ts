/**
 * RFC 9529 §2 and §3: what of its traces is the key schedule that all methods share. Trace 1 authenticates with signatures, trace 2 with static
 * Diffie-Hellman keys, neither of which devices of ours do: of those methods only the derivations are here. Made of the document's figures.
 */

import { byteString } from "../../../../../src/core/cbor/byte-string"
import { copyOf } from "../../../../../src/core/crypto/copy-of"
import { hex } from "../../../../../src/core/crypto/hex"
import { edhocExtract, edhocKdf } from "../../../../../src/core/session/edhoc/derivation"
import { p256Key } from "../../../../../src/core/session/edhoc/p256-key"
import { x25519Key } from "../../../../../src/core/session/edhoc/x25519-key"
import type { VectorRun } from "../../../crypto/vectors/vector-run"
import { ourCcm } from "./suites-of-traces"

interface Trace {
    name: string
    message1: Buffer
    gY: Buffer
    th2: Buffer
    gXY: Buffer
    prk2e: Buffer
    prk3e2m: Buffer
    prk4e3m: Buffer
    inputOfTh3: Buffer
    th3: Buffer
    inputOfTh4: Buffer
    th4: Buffer
    context2: Buffer
    mac2: Buffer
    context3: Buffer
    mac3: Buffer
    keystream2: Buffer
    k3: Buffer
    iv3: Buffer
    a3: Buffer
    plaintext3: Buffer
    ciphertext3: Buffer
    k4: Buffer
    iv4: Buffer
    a4: Buffer
    ciphertext4: Buffer
    prkOut: Buffer
    prkExporter: Buffer
    masterSecret: Buffer
    masterSalt: Buffer
}

const TRACE_1: Trace = {
    name: "RFC 9529 §2",
    message1: hex`0000582031f82c7b5b9cbbf0f194d913cc12ef1532d328ef32632a4881a1c0701e237f042d`,
    gY: hex`dc88d2d51da5ed67fc4616356bc8ca74ef9ebe8b387e623a360ba480b9b29d1c`,
    th2: hex`c6405c154c567466ab1df20369500e540e9f14bd3a796a0652cae66c9061688d`,
    gXY: hex`e5cdf3a986cdac5b7bf04691e2b07c08e71f53998d8f842b7c3fb4d839cf7b28`,
    prk2e: hex`d584ac2e5dad5a77d14b53ebe72ef1d5daa8860d399373bf2c240afa7ba804da`,
    prk3e2m: hex`d584ac2e5dad5a77d14b53ebe72ef1d5daa8860d399373bf2c240afa7ba804da`,
    prk4e3m: hex`d584ac2e5dad5a77d14b53ebe72ef1d5daa8860d399373bf2c240afa7ba804da`,
    inputOfTh3: hex`
        5820c6405c154c567466ab1df20369500e540e9f14bd3a796a0652cae66c9061688d4118a11822822e4879f2a41b510c1f9b5840c3b5bd44d1e44a085c03d3ae
        de4e1e6c11c572a1968cc3629b505f98c681608d3d1de793d1c40eb5dd5d89acf1966aea07022b48cdc99870ebc40374e8fa6e0958f13081ee3081a1a0030201
        02020462319ec4300506032b6570301d311b301906035504030c124544484f4320526f6f742045643235353139301e170d3232303331363038323433365a170d
        3239313233313233303030305a30223120301e06035504030c174544484f4320526573706f6e6465722045643235353139302a300506032b6570032100a1db47
        b95184854ad12a0c1a354e418aace33aa0f2c662c00b3ac55de92f9359300506032b6570034100b723bc01eab0928e8b2b6c98de19cc3823d46e7d6987b03247
        8fecfaf14537a1af14cc8be829c6b73044101837eb4abc949565d86dce51cfae52ab82c152cb02`,
    th3: hex`5b7df9b4f58f240ce0418e48191b5fff3a22b5ca57f669b16777996592e928bc`,
    inputOfTh4: hex`
        58205b7df9b4f58f240ce0418e48191b5fff3a22b5ca57f669b16777996592e928bca11822822e48c24ab2fd7643c79f584096e1cd5fceadfac1b5af819443f7
        0924f5719955957fd02655beb4775e1a73186a0d1d3ea683f08f8d03dcecb9cf154e1c6f555a1e12ca118ce42bdba687890758f13081ee3081a1a00302010202
        0462319ea0300506032b6570301d311b301906035504030c124544484f4320526f6f742045643235353139301e170d3232303331363038323430305a170d3239
        313233313233303030305a30223120301e06035504030c174544484f4320496e69746961746f722045643235353139302a300506032b6570032100ed06a8ae61
        a829ba5fa54525c9d07f48dd44a302f43e0f23d8cc20b73085141e300506032b6570034100521241d8b3a770996bcfc9b9ead4e7e0a1c0db353a3bdf2910b392
        75ae48b756015981850d27db6734e37f67212267dd05eeff27b9e7a813fa574b72a00b430b`,
    th4: hex`0eb868f263cf3555dccd396dd8dec29d3750d599be42d5a41a5a37c896f294ac`,
    context2: hex`
        4118a11822822e4879f2a41b510c1f9b5820c6405c154c567466ab1df20369500e540e9f14bd3a796a0652cae66c9061688d58f13081ee3081a1a00302010202
        0462319ec4300506032b6570301d311b301906035504030c124544484f4320526f6f742045643235353139301e170d3232303331363038323433365a170d3239
        313233313233303030305a30223120301e06035504030c174544484f4320526573706f6e6465722045643235353139302a300506032b6570032100a1db47b951
        84854ad12a0c1a354e418aace33aa0f2c662c00b3ac55de92f9359300506032b6570034100b723bc01eab0928e8b2b6c98de19cc3823d46e7d6987b032478fec
        faf14537a1af14cc8be829c6b73044101837eb4abc949565d86dce51cfae52ab82c152cb02`,
    mac2: hex`862a7e5ef147f9a5f4c512e1b6623cd66cd17a7272072bfe5b602ffe307ee0e9`,
    context3: hex`
        a11822822e48c24ab2fd7643c79f58205b7df9b4f58f240ce0418e48191b5fff3a22b5ca57f669b16777996592e928bc58f13081ee3081a1a003020102020462
        319ea0300506032b6570301d311b301906035504030c124544484f4320526f6f742045643235353139301e170d3232303331363038323430305a170d32393132
        33313233303030305a30223120301e06035504030c174544484f4320496e69746961746f722045643235353139302a300506032b6570032100ed06a8ae61a829
        ba5fa54525c9d07f48dd44a302f43e0f23d8cc20b73085141e300506032b6570034100521241d8b3a770996bcfc9b9ead4e7e0a1c0db353a3bdf2910b39275ae
        48b756015981850d27db6734e37f67212267dd05eeff27b9e7a813fa574b72a00b430b`,
    mac3: hex`39b127c130129afa30618c751329e637cc3734270d4b01258445a8ee02daa3bd`,
    keystream2: hex`
        fd3e7c3f2d6bee643d3c9d2f2847035d73e2ecb0f8db5cd1c6854e24896af21188b2c4344e689ec2984283d9fbc69ce1c5db10dcfff24df9a49a04a94058277b
        c7fa9ad6c6b194ab328b445eb080490cd786`,
    k3: hex`da195e5f648ac63b0e8fb0c455205139`,
    iv3: hex`38d8c64c56255affa449f4bed7`,
    a3: hex`
        8368456e6372797074304058205b7df9b4f58f240ce0418e48191b5fff3a22b5ca57f669b16777996592e928bc`,
    plaintext3: hex`
        a11822822e48c24ab2fd7643c79f584096e1cd5fceadfac1b5af819443f70924f5719955957fd02655beb4775e1a73186a0d1d3ea683f08f8d03dcecb9cf154e
        1c6f555a1e12ca118ce42bdba6878907`,
    ciphertext3: hex`
        25c345884aaaeb22c527f9b1d2b6787207e0163c69b62a0d43928150427203c31674e4514ea6e383b566eb29763efeb0afa518776ae1c65f856d84bf32af3a78
        36970466dcb71f76745d39d3025e7703e0c032ebad51947c`,
    k4: hex`df8cb5861e1fdfedd3b23015a39d1e2e`,
    iv4: hex`128ec658d970d7380f74fc6c27`,
    a4: hex`
        8368456e6372797074304058200eb868f263cf3555dccd396dd8dec29d3750d599be42d5a41a5a37c896f294ac`,
    ciphertext4: hex`4f0edee366e5c883`,
    prkOut: hex`b744cb7d8a87cc0447c3350e165b250dab12ec453325abb922b30307e5c368f0`,
    prkExporter: hex`2aaec8fc4ab3bc3295def6b551051a2fa561424db301fa84f642f5578a6df51a`,
    masterSecret: hex`1e1c6beac3a8a1cac435de7e2f9ae7ff`,
    masterSalt: hex`ce7ab844c0106d73`,
}

const TRACE_2: Trace = {
    name: "RFC 9529 §3",
    message1: hex`0382060258208af6f430ebe18d34184017a9a11bf511c8dff8f834730b96c1b7c8dbca2fc3b637`,
    gY: hex`419701d7f00a26c2dc587a36dd752549f33763c893422c8ea0f955a13a4ff5d5`,
    th2: hex`356efd53771425e008f3fe3a86c83ff4c6b16e57028ff39d5236c182b202084b`,
    gXY: hex`2f0cb7e860ba538fbf5c8bded009f6259b4b628fe1eb7dbe9378e5ecf7a824ba`,
    prk2e: hex`5aa0d69f3e3d1e0c479f0b8a486690c9802630c3466b1dc92371c982563170b5`,
    prk3e2m: hex`0ca3d3398296b3c03900987620c11f6fce70781c1d1219720f9ec08c122d8434`,
    prk4e3m: hex`81cc8a298e357044e3c466bb5c0a1e507e01d49238aeba138df94635407c0ff7`,
    inputOfTh3: hex`
        5820356efd53771425e008f3fe3a86c83ff4c6b16e57028ff39d5236c182b202084b2732480943305c899f5c54a2026b6578616d706c652e65647508a101a501
        020241322001215820bbc34960526ea4d32e940cad2a234148ddc21791a12afbcbac93622046dd44f02258204519e257236b2a0ce2023f0931f1f386ca7afda6
        4fcde0108c224c51eabf6072`,
    th3: hex`adaf67a78a4bcc91e018f8882762a722000b2507039df0bc1bbf0c161bb3155c`,
    inputOfTh4: hex`
        5820adaf67a78a4bcc91e018f8882762a722000b2507039df0bc1bbf0c161bb3155c2b48623c91df41e34c2fa2027734322d35302d33312d46462d45462d3337
        2d33322d333908a101a5010202412b2001215820ac75e9ece3e50bfc8ed60399889522405c47bf16df96660a41298cb4307f7eb62258206e5de611388a4b8a82
        11334ac7d37ecb52a387d257e6db3c2a93df21ff3affc8`,
    th4: hex`c902b1e3a4326c93c5551f5f3aa6c5ecc0246806765612e52b5d99e6059d6b6e`,
    context2: hex`
        27a10441325820356efd53771425e008f3fe3a86c83ff4c6b16e57028ff39d5236c182b202084ba2026b6578616d706c652e65647508a101a501020241322001
        215820bbc34960526ea4d32e940cad2a234148ddc21791a12afbcbac93622046dd44f02258204519e257236b2a0ce2023f0931f1f386ca7afda64fcde0108c22
        4c51eabf6072`,
    mac2: hex`0943305c899f5c54`,
    context3: hex`
        a104412b5820adaf67a78a4bcc91e018f8882762a722000b2507039df0bc1bbf0c161bb3155ca2027734322d35302d33312d46462d45462d33372d33322d3339
        08a101a5010202412b2001215820ac75e9ece3e50bfc8ed60399889522405c47bf16df96660a41298cb4307f7eb62258206e5de611388a4b8a8211334ac7d37e
        cb52a387d257e6db3c2a93df21ff3affc8`,
    mac3: hex`623c91df41e34c2f`,
    keystream2: hex`bf50e9e7bad0bb68173399`,
    k3: hex`8e7a30042000f7900e8174131f75f3ed`,
    iv3: hex`6d8300c1e23b56153ae70ee457`,
    a3: hex`
        8368456e637279707430405820adaf67a78a4bcc91e018f8882762a722000b2507039df0bc1bbf0c161bb3155c`,
    plaintext3: hex`2b48623c91df41e34c2f`,
    ciphertext3: hex`e562097bc417dd5919485ac7891ffd90a9fc`,
    k4: hex`d3c77872b6eeb508911bdbd308b2e6a0`,
    iv4: hex`04ff0f44456e96e217853c3601`,
    a4: hex`
        8368456e637279707430405820c902b1e3a4326c93c5551f5f3aa6c5ecc0246806765612e52b5d99e6059d6b6e`,
    ciphertext4: hex`28c966b7ca304f83`,
    prkOut: hex`2c71afc1a9338a940bb3529ca734b886f30d1aba0b4dc51beeaeabdfea9ecbf8`,
    prkExporter: hex`e14d06699cee248c5a04bf9227bbcd4ce394de7dcb56db43555474171e6446db`,
    masterSecret: hex`f9868f6a3aca78a05d1485b35030b162`,
    masterSalt: hex`ada24c7dbfc85eeb`,
}

/** Trace 1: PRK_2e, PRK_3e2m and PRK_4e3m are the same. */
export async function rfc9529Signatures(run: VectorRun): Promise<void> {
    await schedule(run, TRACE_1)
}

/** Trace 2: each PRK is extracted from another secret. */
export async function rfc9529StaticDh(run: VectorRun): Promise<void> {
    await schedule(run, TRACE_2)
    const { check } = run
    const salt3e2m = hex`af4e103a47cb3cf32570d5c25ad27732bd8d8178e9a69d061c31a27f8e3ca926`
    const salt4e3m = hex`cfddf9515a7e46e7b4dbff31cbd56cd04ba332250de9ea5de1caf9f6d13914a7`
    const gRX = hex`f2b6eea02220b95eee5a0bc701f074e00a843ea02422f60825fb269b3e161423`
    const gIY = hex`080f425085bc6249089eac8f108ea62326857e12ab07d72028ca1b5f36e004b3`
    const { prk2e, prk3e2m, prk4e3m, th2, th3 } = TRACE_2
    check("RFC 9529 §3 SALT_3e2m", await edhocKdf(run, prk2e, 1, th2, 32), salt3e2m)
    check("RFC 9529 §3 PRK_3e2m", await edhocExtract(run, salt3e2m, gRX), prk3e2m)
    check("RFC 9529 §3 SALT_4e3m", await edhocKdf(run, prk3e2m, 5, th3, 32), salt4e3m)
    check("RFC 9529 §3 PRK_4e3m", await edhocExtract(run, salt4e3m, gIY), prk4e3m)
}

async function schedule(run: VectorRun, trace: Trace): Promise<void> {
    const { digest, pause, check } = run
    const { name } = trace
    const kdf = async (key: Buffer, label: number, context: Buffer, published: Buffer) =>
        check(`${name} KDF ${label}`, await edhocKdf(run, key, label, context, published.length), published)
    const hash = await digest.sha256([trace.message1], pause)
    check(`${name} TH_2`, await digest.sha256([byteString(trace.gY), byteString(hash)], pause), trace.th2)
    check(`${name} TH_3`, await digest.sha256([trace.inputOfTh3], pause), trace.th3)
    check(`${name} TH_4`, await digest.sha256([trace.inputOfTh4], pause), trace.th4)
    check(`${name} PRK_2e`, await edhocExtract(run, trace.th2, trace.gXY), trace.prk2e)
    await kdf(trace.prk2e, 0, trace.th2, trace.keystream2)
    await kdf(trace.prk3e2m, 2, trace.context2, trace.mac2)
    await kdf(trace.prk3e2m, 3, trace.th3, trace.k3)
    await kdf(trace.prk3e2m, 4, trace.th3, trace.iv3)
    await kdf(trace.prk4e3m, 6, trace.context3, trace.mac3)
    await kdf(trace.prk4e3m, 7, trace.th4, trace.prkOut)
    await kdf(trace.prk4e3m, 8, trace.th4, trace.k4)
    await kdf(trace.prk4e3m, 9, trace.th4, trace.iv4)
    check(`${name} PRK_exporter`, await edhocKdf(run, trace.prkOut, 10, hex``, 32), trace.prkExporter)
    await kdf(trace.prkExporter, 0, hex``, trace.masterSecret)
    await kdf(trace.prkExporter, 1, hex``, trace.masterSalt)
    const message3 = await ourCcm(trace.k3).seal(trace.iv3, trace.a3, trace.plaintext3, pause)
    check(`${name} CIPHERTEXT_3`, message3, trace.ciphertext3)
    check(`${name} CIPHERTEXT_4`, await ourCcm(trace.k4).seal(trace.iv4, trace.a4, hex``, pause), trace.ciphertext4)
}

/** G_XY of both traces, at both ends: X25519, and P-256 with x alone. */
export async function rfc9529Agreements({ pause, check }: VectorRun): Promise<void> {
    const x2 = hex`892ec28e5cb6669108470539500b705e60d008d347c5817ee9f3327c8a87bb03`
    const gX2 = hex`31f82c7b5b9cbbf0f194d913cc12ef1532d328ef32632a4881a1c0701e237f04`
    const y2 = hex`e69c23fbf81bc435942446837fe827bf206c8fa10a39db47449e5a813421e1e8`
    const i2 = x25519Key(copyOf(x2), gX2)
    const r2 = x25519Key(copyOf(y2), TRACE_1.gY)
    check("RFC 9529 §2 G_XY of the initiator", await i2.agree(TRACE_1.gY, pause), TRACE_1.gXY)
    check("RFC 9529 §2 G_XY of the responder", await r2.agree(gX2, pause), TRACE_1.gXY)
    const x3 = hex`368ec1f69aeb659ba37d5a8d45b21bdc0299dceaa8ef235f3ca42ce3530f9525`
    const gX3 = hex`8af6f430ebe18d34184017a9a11bf511c8dff8f834730b96c1b7c8dbca2fc3b6`
    const y3 = hex`e2f4126777205e853b437d6eaca1e1f753cdcc3e2c69fa884b0a1a640977e418`
    const i3 = p256Key(copyOf(x3), gX3)
    const r3 = p256Key(copyOf(y3), TRACE_2.gY)
    check("RFC 9529 §3 G_XY of the initiator", await i3.agree(TRACE_2.gY, pause), TRACE_2.gXY)
    check("RFC 9529 §3 G_XY of the responder", await r3.agree(gX3, pause), TRACE_2.gXY)
}
