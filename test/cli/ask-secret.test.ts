import { PassThrough } from "node:stream"
import { expect, test } from "vitest"
import { askSecret } from "../../src/cli/ask-secret"

test("what a person types is not shown, and can be corrected", async () => {
    const [keyboard, screen] = [new PassThrough(), new PassThrough()]
    const answer = askSecret("Passphrase: ", keyboard, screen)
    keyboard.write("correct x\x7fhorse\r")
    expect(await answer).toBe("correct horse")
    expect(screen.read().toString()).toBe("Passphrase: \n")
})

test.each([
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
])("a person who goes away with %s has said nothing", async (_name, key) => {
    const keyboard = new PassThrough()
    const answer = askSecret("Passphrase: ", keyboard, new PassThrough())
    keyboard.write(key)
    expect(await answer).toBe("")
})
