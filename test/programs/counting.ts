import { sleep } from "@devicescript/core"

// Arithmetic over locals, and hardly anything else: some 100,000 opcodes between two pauses.
while (true) {
    let sum = 0
    for (let i = 0; i < 6000; i++) sum = (sum ^ (i * 3)) + 1
    await sleep(1)
}
