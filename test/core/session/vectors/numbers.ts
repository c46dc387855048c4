/** What the device has to do with numbers that are no integers to it: they have up to 40 bits. */
import { hex } from "../../../../src/core/crypto/hex"
import { partialIvOf, sequenceNumberOf } from "../../../../src/core/session/oscore-option"
import { ReplayWindow } from "../../../../src/core/session/replay-window"
import type { VectorRun } from "../../crypto/vectors/vector-run"

/** RFC 8613 §5: as few bytes as hold the number, most significant first. */
export async function partialIvs({ check }: VectorRun): Promise<void> {
    function compare(number: number, partialIv: Buffer) {
        check(`Partial IV of ${number}`, partialIvOf(number), partialIv)
        check(`Partial IV of ${number}, read`, partialIvOf(sequenceNumberOf(partialIv)), partialIv)
    }
    compare(0, hex`00`)
    compare(255, hex`ff`)
    compare(256, hex`0100`)
    compare(65_535, hex`ffff`)
    compare(65_536, hex`010000`)
    compare(0x7fff_ffff, hex`7fffffff`)
    compare(0x8000_0000, hex`80000000`)
    compare(0xffff_ffff, hex`ffffffff`)
    compare(0x1_0000_0000, hex`0100000000`)
    compare(0x12_3456_789a, hex`123456789a`)
    compare(0xff_ffff_feff, hex`fffffffeff`)
    compare(0xff_ffff_ffff, hex`ffffffffff`)
}

/** RFC 8613 §7.4: of the numbers received one after the other, 1 for each that is accepted. */
export async function replayWindows({ check }: VectorRun): Promise<void> {
    function compare(numbers: number[], accepted: Buffer) {
        const window = new ReplayWindow()
        const found = Buffer.alloc(numbers.length)
        for (let i = 0; i < numbers.length; i++) found[i] = window.accept(numbers[i]) ? 1 : 0
        check(`window from ${numbers[0]}`, found, accepted)
    }
    compare([0, 0, 31, 0, 1, 32, 1, 2], hex`0100010000010000`)
    compare([5, 37, 5, 6, 36, 36, 1000, 969, 968], hex`010100000000010000`)
    compare([0xffff_fff0, 0x1_0000_0005, 0xffff_fff0, 0xffff_fff1, 0x1_0000_0010, 0xffff_fff1], hex`010100000100`)
    compare([0xff_ffff_ffff, 0xff_ffff_ffff, 0xff_ffff_ffe0, 0xff_ffff_ffe0, 0xff_ffff_ffdf], hex`0100000000`)
}
