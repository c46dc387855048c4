/** The test vectors of draft-ietf-lake-edhoc-psk-08: one session with cipher suite 2, each message and key of it. */
import type { Aead } from "../../../../../src/core/crypto/aead"
import { copyOf } from "../../../../../src/core/crypto/copy-of"
import { hex } from "../../../../../src/core/crypto/hex"
import type { PskCredential } from "../../../../../src/core/session/edhoc/credential"
import { edhocExtract, edhocKdf } from "../../../../../src/core/session/edhoc/derivation"
import { KEYSTREAM_3A } from "../../../../../src/core/session/edhoc/draft"
import { EdhocInitiator } from "../../../../../src/core/session/edhoc/initiator"
import { p256Key } from "../../../../../src/core/session/edhoc/p256-key"
import { EdhocResponder } from "../../../../../src/core/session/edhoc/responder"
import type { SessionKeys } from "../../../../../src/core/session/session-keys"
import type { VectorRun } from "../../../crypto/vectors/vector-run"
import { suite2 } from "./suites-of-traces"

const X = hex`09972DFEF1EAAB926EC96E8005FED29F70FFBF4E361C3A061A7ACDB5170C10E5`
const G_X = hex`7EC68102940602AAB548539BF42A35992D957249EB7F1888406D178A04C912DB`
const Y = hex`1E1C8F2DF1AA7110B39F33BA5EA8DCCF31411EB33D4F9A094CF65192D335A7A3`
const G_Y = hex`ED156A6243E0AFEC9EFBAABCE8429D5AD5E4E1C432F76A6EDE8F79247BB97D83`
const C_I = hex`0A`
const C_R = hex`05`
const PSK = hex`50930FF462A77A3540CF546325DEA214`
const KID = hex`0010`
const CRED_I = hex`A20269696E69746961746F7208A101A30104024200102050 50930FF462A77A3540CF546325DEA214`
const CRED_R = hex`A20269726573706F6E64657208A101A30104024200102050 50930FF462A77A3540CF546325DEA214`

const MESSAGE_1 = hex`040258207EC68102940602AAB548539BF42A35992D957249EB7F1888406D178A04C912DB0A`
const MESSAGE_2 = hex`5821ED156A6243E0AFEC9EFBAABCE8429D5AD5E4E1C432F76A6EDE8F79247BB97D83E9`
const MESSAGE_3 = hex`4C13FC9A0321EBDAB962BFF035`
const MESSAGE_4 = hex`4880F14EB9A90F74FF`

const G_XY = hex`2F4A799A5AB0C567220CB67208E6CF8F4CA5FE385D1B11FD9A573D4160F3B0B2`
const TH_2 = hex`5B4834AE630A8A0ED0B0C6F36642604D016478C4BC8187BB764DD40F2BEE3DDE`
const TH_3 = hex`386A9D052B255992EEE5FFB594347D327418A2EA5183486C0C9E20426E0BCA2F`
const TH_4 = hex`BF4429C19BC6097C406B35705A285A16D033C0FCB3EDA6552A2676BB5213C965`
const PRK_2E = hex`D039D6C3CF35ECA0CDF819E32579C77E1F303EFCC43620509948A9FD47FBD929`
const SALT_4E3M = hex`EDE07612148319EB725952712A542C2097610A139C4A141C8EC57A5F62E5E9DD`
const PRK_4E3M = hex`C62CC04F55D008CFEB8A681E8463FDDDA2FF6CA84B9ED6116C865CD81E062460`
const PRK_OUT = hex`608F6BC188AFEF95EB634C8B323AC23A361CBDA817D1C1A689C723CDA3B592B9`
const PRK_EXPORTER = hex`4EFF8F02C24F1E42BC15FF1DC6DC4F27A88E7D179E516BD813F8EC4FC691471D`

export const CREDENTIAL: PskCredential = { kid: KID, psk: PSK, initiator: CRED_I, responder: CRED_R }

/** Each derivation by itself. */
export async function pskDraftSchedule(run: VectorRun): Promise<void> {
    const { check } = run
    const kdf = async (key: Buffer, label: number, context: Buffer, published: Buffer) =>
        check(`EDHOC-PSK KDF ${label}`, await edhocKdf(run, key, label, context, published.length), published)
    check("EDHOC-PSK PRK_2e", await edhocExtract(run, TH_2, G_XY), PRK_2E)
    await kdf(PRK_2E, 0, TH_2, hex`EC`)
    await kdf(PRK_2E, 5, TH_3, SALT_4E3M)
    check("EDHOC-PSK PRK_4e3m", await edhocExtract(run, SALT_4E3M, PSK), PRK_4E3M)
    await kdf(PRK_2E, KEYSTREAM_3A, TH_3, hex`51FC8A4B909F3703C2DB83B7`)
    await kdf(PRK_4E3M, 3, TH_3, hex`966A579CEA26CA3CEB442AC727EAB232`)
    await kdf(PRK_4E3M, 4, TH_3, hex`5BF1AD0E4FFB9676D78DF23F6E`)
    await kdf(PRK_4E3M, 8, TH_4, hex`218F21287911FB2D187FB1ABDDBE8515`)
    await kdf(PRK_4E3M, 9, TH_4, hex`EAE7BE0A1472291A5AE3406F74`)
    await kdf(PRK_4E3M, 7, TH_4, PRK_OUT)
    check("EDHOC-PSK PRK_exporter", await edhocKdf(run, PRK_OUT, 10, hex``, 32), PRK_EXPORTER)
    // rPSK and rKID. The draft's text says hash_length for rPSK; its vector has 16 bytes.
    await kdf(PRK_EXPORTER, 2, hex``, hex`427C2392EAC955F5D8562A1B3418E575`)
    await kdf(PRK_EXPORTER, 3, hex``, hex`88D8`)
}

/** Both ends, message by message. @param aead by whom AES-CCM is computed */
export async function pskDraftSession(run: VectorRun, aead: (key: Buffer) => Aead): Promise<void> {
    const { digest, pause, check } = run
    const suites = [suite2(aead)]
    const kept: SessionKeys[] = []
    const ports = {
        digest,
        pause,
        keep: async (keys: SessionKeys) => {
            kept.push(keys)
        },
    }
    const initiator = new EdhocInitiator(ports, {
        suites,
        selected: 0,
        ephemeral: p256Key(copyOf(X), G_X),
        connectionId: C_I,
        credential: CREDENTIAL,
    })
    const responder = new EdhocResponder(
        { digest, pause, suite: suites[0] },
        {
            keep: ports.keep,
            credentialOf: kid => (kid.toString("hex") === KID.toString("hex") ? CREDENTIAL : undefined),
        },
        p256Key(copyOf(Y), G_Y),
        C_R,
        hex`06`,
    )
    check("EDHOC-PSK message_1", initiator.start(), MESSAGE_1)
    check("EDHOC-PSK message_2", await responder.receive(MESSAGE_1), MESSAGE_2)
    check("EDHOC-PSK message_3", await initiator.receive(MESSAGE_2), MESSAGE_3)
    check("EDHOC-PSK message_4", await responder.receive(MESSAGE_3), MESSAGE_4)
    check("EDHOC-PSK end", await initiator.receive(MESSAGE_4), undefined)
    // The secrets are the exporter's, and the exporter's key is published.
    const secret = await edhocKdf(run, PRK_EXPORTER, 0, hex``, 16)
    const salt = await edhocKdf(run, PRK_EXPORTER, 1, hex``, 8)
    check("EDHOC-PSK responder's secret", kept[0]?.masterSecret, secret)
    check("EDHOC-PSK initiator's secret", kept[1]?.masterSecret, secret)
    check("EDHOC-PSK responder's salt", kept[0]?.masterSalt, salt)
    check("EDHOC-PSK initiator's salt", kept[1]?.masterSalt, salt)
    check("EDHOC-PSK initiator's Sender ID", kept[1]?.senderId, C_R)
    check("EDHOC-PSK responder's Sender ID", kept[0]?.senderId, C_I)
}
