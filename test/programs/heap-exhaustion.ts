import { sleep } from "@devicescript/core"
import { holdValveOpen } from "./hold-valve-open"

await holdValveOpen(async () => {
    const kept: Buffer[] = []
    while (true) {
        kept.push(Buffer.alloc(1024))
        await sleep(1)
    }
})
