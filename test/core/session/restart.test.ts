/** Both ends lose their supply at any moment, and somebody in between keeps, repeats, drops and changes what they say. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { echoResponse, requestWithEcho } from "../../../src/core/session/answers"
import { CoapCode, type CoapMessage, optionValue } from "../../../src/core/session/coap-message"
import { protectRequest, protectResponse } from "../../../src/core/session/protect"
import { SessionRefusal } from "../../../src/core/session/refusal"
import { ReplayWindow } from "../../../src/core/session/replay-window"
import type { SecurityContext } from "../../../src/core/session/security-context"
import { openRequest, openResponse, readProtection } from "../../../src/core/session/unprotect"
import { AS_CLIENT, AS_SERVER, arrived, Counting, openEnd, pause, requestOf, responseOf, SUITES, served } from "./ends"
import { MemoryCounter } from "./memory-counter"
import { watched } from "./watched"

const SUITE = SUITES[2]

/** A server that has started anew, and what its client needs to get through. */
async function restarted() {
    const counters = { client: new MemoryCounter(), server: new MemoryCounter() }
    const random = new Counting()
    const client = await openEnd(SUITE, AS_CLIENT, ReplayWindow.ofNewKeys(), counters.client)
    const start = () => openEnd(SUITE, AS_SERVER, ReplayWindow.afterStart(random), counters.server)
    const before = await openEnd(SUITE, AS_SERVER, ReplayWindow.ofNewKeys(), counters.server)
    const old = await protectRequest(client, requestOf("open"), pause)
    expect((await served(before, arrived(old.message))).refusal).toBe(SessionRefusal.None)
    return { client, start, old: arrived(old.message), server: await start() }
}

/** Asks, says again what the server wants to hear, and asks again. */
async function askTwice(client: SecurityContext, server: SecurityContext) {
    const first = await protectRequest(client, requestOf("shut"), pause)
    const taken = await served(server, arrived(first.message))
    const told = await protectResponse(server, taken.exchange!, echoResponse(requestOf("shut"), server.window), pause)
    const answer = await openResponse(client, first.exchange!, arrived(told.message), pause)
    const again = requestWithEcho(requestOf("shut"), answer.message!)
    const second = await protectRequest(client, again!, pause)
    return {
        first: arrived(first.message),
        taken,
        told,
        answer,
        second: arrived(second.message),
        asked: second.exchange!,
    }
}

describe("a server that has started anew", () => {
    test("serves nothing before the sender has said again what it was told, and then serves that", async () => {
        const { client, server } = await restarted()
        const { taken, told, answer, second, asked } = await askTwice(client, server)
        expect(taken).toMatchObject({ refusal: SessionRefusal.EchoWanted })
        expect(taken.message).toBeUndefined()
        // A number of its own: the request's nonce may have sealed a response before the start.
        expect(readProtection(told.message!).partialIv).toBeDefined()
        expect(answer.message).toMatchObject({ code: CoapCode.Unauthorized })
        expect(answer.message!.payload).toHaveLength(0)
        expect(answer.message!.options.map(({ number }) => number)).toEqual([252])

        const opened = await served(server, second)
        expect(opened.refusal).toBe(SessionRefusal.None)
        expect(opened.message!.payload.toString()).toBe("shut")
        const response = await protectResponse(server, opened.exchange!, responseOf("done"), pause)
        expect(readProtection(response.message!).partialIv).toBeUndefined()
        const got = await openResponse(client, asked, arrived(response.message), pause)
        expect(got.message!.payload.toString()).toBe("done")
    })

    test("never serves what was recorded before, whatever comes first", async () => {
        const { client, server, old } = await restarted()
        for (let i = 0; i < 3; i++) expect((await served(server, old)).refusal).toBe(SessionRefusal.EchoWanted)
        const { first, second } = await askTwice(client, server)
        expect((await served(server, second)).refusal).toBe(SessionRefusal.None)
        for (const message of [old, first, second])
            expect((await served(server, message)).refusal).toBe(SessionRefusal.Replayed)
    })

    test("does not take a word of an earlier start", async () => {
        const { client, server, start } = await restarted()
        const { second } = await askTwice(client, server)
        const later = await start()
        expect((await served(later, second)).refusal).toBe(SessionRefusal.EchoWanted)
    })

    test("is not brought on by what it cannot open", async () => {
        const { client, server } = await restarted()
        const { second } = await askTwice(client, server)
        const changed = { ...second, payload: Buffer.from(second.payload) }
        changed.payload[0] ^= 1
        expect((await served(server, changed)).refusal).toBe(SessionRefusal.Authentication)
        expect(server.window.echo).toBeDefined()
        expect((await served(server, second)).refusal).toBe(SessionRefusal.None)
    })

    test("serves a request that was opened while another one brought it on, if it was sent later", async () => {
        const { client, server } = await restarted()
        const { second } = await askTwice(client, server)
        const next = arrived((await protectRequest(client, requestOf("next"), pause)).message)
        let release = () => {}
        const held = new Promise<void>(resolve => {
            release = resolve
        })
        const slow = openRequest(server, next, readProtection(next), () => held)
        expect((await served(server, second)).refusal).toBe(SessionRefusal.None)
        release()
        expect((await slow).refusal).toBe(SessionRefusal.None)
        expect((await served(server, next)).refusal).toBe(SessionRefusal.Replayed)
    })

    test("asks for nothing of a response that is no challenge", () => {
        expect(requestWithEcho(requestOf(), responseOf("", CoapCode.Unauthorized))).toBeUndefined()
        const options = [{ number: 252, value: Buffer.from("e") }]
        expect(requestWithEcho(requestOf(), { ...responseOf(), options })).toBeUndefined()
        const answer = { ...responseOf("", CoapCode.Unauthorized), options }
        const again = requestWithEcho(requestWithEcho(requestOf(), answer)!, answer)!
        expect(again.options.map(({ number }) => number)).toEqual([11, 252])
    })
})

class CutCounter extends MemoryCounter {
    /** The power goes in the next raise: before it is written, or behind it. */
    cut: "no" | "before" | "behind" = "no"

    override async raise(to: number): Promise<void> {
        const { cut } = this
        this.cut = "no"
        if (cut === "before") throw new Error("cut")
        await super.raise(to)
        if (cut === "behind") throw new Error("cut")
    }
}

type Step =
    | { do: "ask" | "askInVain" }
    | { do: "restartClient" | "restartServer" }
    | { do: "replay" | "reflect"; which: number }
    | { do: "flip"; which: number; bit: number }
    | { do: "cutClient" | "cutServer"; cut: "before" | "behind" }

const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("ask" as const, "askInVain" as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("restartClient" as const, "restartServer" as const) }) },
    {
        weight: 6,
        arbitrary: fc.record({ do: fc.constantFrom("replay" as const, "reflect" as const), which: fc.nat() }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("flip" as const), which: fc.nat(), bit: fc.nat() }) },
    {
        weight: 2,
        arbitrary: fc.record({
            do: fc.constantFrom("cutClient" as const, "cutServer" as const),
            cut: fc.constantFrom("before" as const, "behind" as const),
        }),
    },
)

/** A client, a server and everything that was ever on the wire between them. */
class Wire {
    readonly wire: CoapMessage[] = []
    readonly served: string[] = []
    readonly #watched = watched(SUITE)
    readonly #random = new Counting()
    readonly clientCounter = new CutCounter()
    readonly serverCounter = new CutCounter()
    client!: SecurityContext
    server!: SecurityContext
    #asked = 0

    get nonces(): number {
        return this.#watched.nonces.size
    }

    async startClient(): Promise<void> {
        this.client = await openEnd(
            this.#watched.suite,
            AS_CLIENT,
            ReplayWindow.afterStart(this.#random),
            this.clientCounter,
        )
    }

    async startServer(isNew = false): Promise<void> {
        const window = isNew ? ReplayWindow.ofNewKeys() : ReplayWindow.afterStart(this.#random)
        this.server = await openEnd(this.#watched.suite, AS_SERVER, window, this.serverCounter)
    }

    /** @returns what the server answers */
    async deliver(message: CoapMessage): Promise<CoapMessage | undefined> {
        const opened = await served(this.server, message)
        if (opened.message) this.served.push(opened.message.payload.toString())
        if (!opened.exchange) return undefined
        const response = opened.message ? responseOf("done") : echoResponse(message, this.server.window)
        const { message: sent } = await protectResponse(this.server, opened.exchange, response, pause)
        this.wire.push(arrived(sent))
        return arrived(sent)
    }

    /** @param tries 1: it does not say again what it is told @returns whether it was done */
    async ask(tries: number): Promise<boolean> {
        let request = requestOf(`request ${this.#asked++}`)
        for (let i = 0; i < tries; i++) {
            const sent = await protectRequest(this.client, request, pause)
            this.wire.push(arrived(sent.message))
            const answer = await this.deliver(arrived(sent.message))
            if (!answer) return false
            const { message } = await openResponse(this.client, sent.exchange!, answer, pause)
            const again = requestWithEcho(request, message!)
            if (!again) return message!.payload.toString() === "done"
            expect(optionValue(again.options, 252)).toBeDefined()
            request = again
        }
        return false
    }

    async perform(step: Step): Promise<void> {
        const pick = (which: number) => this.wire[which % this.wire.length]
        if (step.do === "ask") await this.ask(2)
        else if (step.do === "askInVain") await this.ask(1)
        else if (step.do === "restartClient") await this.startClient()
        else if (step.do === "restartServer") await this.startServer()
        else if (step.do === "cutClient") this.clientCounter.cut = step.cut
        else if (step.do === "cutServer") this.serverCounter.cut = step.cut
        else if (this.wire.length === 0) return
        else if (step.do === "replay") await this.deliver(pick(step.which))
        else if (step.do === "reflect") {
            const opened = await served(this.client, pick(step.which))
            expect(opened.message).toBeUndefined()
        } else if (step.do === "flip") {
            const message = pick(step.which)
            const payload = Buffer.from(message.payload)
            payload[(step.bit >> 3) % payload.length] ^= 1 << (step.bit & 7)
            const before = this.served.length
            expect(await this.deliver({ ...message, payload })).toBeUndefined()
            expect(this.served).toHaveLength(before)
        }
    }
}

test("nothing is served twice, no nonce is used twice, and who is alive gets through in two tries", async () => {
    const totals = { nonces: 0, served: 0, cuts: 0 }
    await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
            const wire = new Wire()
            await wire.startServer(true)
            await wire.startClient()
            for (const step of steps)
                try {
                    await wire.perform(step)
                } catch (error) {
                    if (!(error instanceof Error) || error.message !== "cut") throw error
                    totals.cuts++
                    // Whose supply it was is not told from outside: both are without.
                    await wire.startClient()
                    await wire.startServer()
                }
            wire.clientCounter.cut = "no"
            wire.serverCounter.cut = "no"
            expect(await wire.ask(2)).toBe(true)
            expect(new Set(wire.served).size).toBe(wire.served.length)
            totals.nonces += wire.nonces
            totals.served += wire.served.length
        }),
        { numRuns: Number(process.env.OSCORE_RUNS ?? 400) },
    )
    expect(totals.served).toBeGreaterThan(400)
    expect(totals.cuts).toBeGreaterThan(20)
    expect(totals.nonces).toBeGreaterThan(totals.served)
})

test("a server that answered a replayed request under the request's nonce would be found", async () => {
    const { suite } = watched(SUITE)
    const [client, server] = [await openEnd(suite, AS_CLIENT), await openEnd(suite, AS_SERVER)]
    const request = arrived((await protectRequest(client, requestOf("open"), pause)).message)
    const opened = await served(server, request)
    await protectResponse(server, opened.exchange!, responseOf("done"), pause)
    opened.exchange!.spent = false
    await expect(protectResponse(server, opened.exchange!, responseOf("done"), pause)).rejects.toThrow("used before")
})
