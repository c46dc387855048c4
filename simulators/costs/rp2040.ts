import type { CostTable } from "./cost-table"

/**
 * RP2040 (Cortex-M0+) at 125 MHz with the upstream DeviceScript 2.16 firmware: GCC 8, -Og, VM executed in place from flash. Measured in an
 * instruction-level emulator with cycle counts for each instruction and flash without wait states; a cache model adds up to 3 % to
 * arithmetic and 10 to 75 % to calls of built-in functions. GCC 12 makes code that is about 20 % slower. Nothing of it is from a physical board.
 *
 * Opcodes come from kernels that repeat one statement, or, marked p, from a profile by C function of the gas valve from power-on to idle and of
 * `devs/bench`: the mean of what a handler took, with 141 (`expr`), 169 (`exprx`), 123 (`stmt`) or 150 (`stmtx`) for fetching it, as the kernels
 * have it. All else is from that profile, and leaves out what is counted apart. Figures marked f were fitted to several of its figures.
 */
export const RP2040_COSTS: CostTable = {
    clockHz: 125_000_000,
    measured: true,
    opcodes: {
        direct_const: 117,
        expr0_ret_val: 155,
        expr0_undefined: 149,
        expr0_null: 149, // as undefined
        expr0_true: 153, // p
        expr0_false: 153, // p
        expr1_bit_not: 218, // p
        expr1_is_undefined: 205, // p
        expr1_new: 330, // p
        expr1_not: 242,
        expr1_to_bool: 243, // p
        expr2_add: 301,
        expr2_sub: 301,
        expr2_mul: 330,
        expr2_div: 707,
        expr2_bind: 371, // p
        expr2_bit_and: 299,
        expr2_bit_or: 300,
        expr2_bit_xor: 299,
        expr2_shift_left: 301,
        expr2_shift_right: 301,
        expr2_shift_right_unsigned: 302,
        expr2_lt: 319,
        expr2_le: 322,
        expr2_eq: 345, // p: 301 for integers, more for strings
        expr2_ne: 325, // p
        expr2_index: 618, // between an array's 580 and a Buffer's 655
        expr2_instance_of: 1630, // p
        expr3_load_buffer: 682,
        exprx_load_local: 199,
        exprx_load_global: 201,
        exprx1_load_closure: 298,
        exprx_literal: 266,
        exprx_literal_f64: 267,
        exprx_static_function: 195,
        exprx_static_ascii_string: 269, // p
        exprx_static_utf8_string: 270, // p
        exprx_static_builtin_string: 264, // p
        exprx_static_buffer: 267, // p
        exprx_static_spec: 206, // p
        exprx_builtin_object: 367, // p
        exprx_object_field: 566, // p
        exprx_make_closure: 309, // p
        exprx1_builtin_field: 1600, // p, with the property's own function
        exprx1_ascii_field: 930, // p: the further back a field stands in its class, the longer it takes
        exprx_math_field: 900, // p
        exprx_ds_field: 1000, // p
        stmt1_return: 265,
        stmt1_alloc_array: 800, // p
        stmt1_alloc_buffer: 800, // as an array
        stmt0_alloc_map: 530, // p
        stmt0_finally: 198, // p
        stmt1_re_throw: 282, // p
        stmt1_store_ret_val: 180, // p
        stmt3_index_set: 609, // of a Buffer or an array
        stmt4_store_buffer: 821,
        stmtx_jmp: 230,
        stmtx_jmp_ret_val_z: 257, // p
        stmtx_try: 245, // p
        stmtx_end_try: 240, // p
        stmtx1_jmp_z: 330,
        stmtx1_store_local: 218,
        stmtx1_store_global: 217,
        stmtx1_throw_jmp: 413, // p
    },
    otherOpcode: 260, // the mean of a program
    // Single statements took 456 and 465 more than with integers; f: with 480, nine works on curves come to 0.99 to 1.03 of what they took.
    doubles: { expr2_add: 456, expr2_sub: 456, expr2_mul: 480 },
    overflow: 928,
    call: 180,
    enter: 210, // where nearly all calls are of built-in functions
    frame: 370, // f: all calls took 480 to 500
    builtIn: {
        fun0_DeviceScript_millis: 400,
        fun1_Buffer_alloc: 600,
        fun1_DeviceScript_deviceIdentifier: 2_700,
        fun1_DeviceScript_sleep: 120,
        fun1_Math_floor: 400,
        fun2_Buffer_from: 750,
        fun2_DeviceScript__allocRole: 4_300,
        fun2_DeviceScript__serverSend: 470,
        fun2_DeviceScript_print: 2_050,
        fun2_Math_imod: 160,
        fun2_Math_imul: 160, // as imod
        fun2_Math_max: 400,
        fun2_Math_min: 430,
        fun2_Object_setPrototypeOf: 190,
        fun3_Buffer_digest: 1_750, // of one part, as most are; with 360 for writing it out
        fun3_DeviceScript__i2cTransaction: 590, // the bus comes on top
        funX_DeviceScript_format: 3_600,
        meth0_Buffer_fillRandom: 175,
        meth1_Buffer_toString: 2_000,
        meth1_DsServiceSpec_lookup: 510,
        meth1_GPIO_setMode: 300,
        meth1_String_charCodeAt: 525,
        meth4_Buffer_blitAt: 630,
        methX_Array_push: 380,
        methX_DsPacketSpec_encode: 1_770,
        methX_Function_start: 460,
    },
    otherBuiltIn: 500,
    allocation: 460,
    clearedByte: 0.496, // 16 bytes in 8 cycles, by the boot ROM's memset
    collection: 600,
    collectedBlock: 400, // f: 372 to 468 in ten collections that left 110 to 473 blocks
    sha256Block: 9_870, // the image of 78,112 bytes at its start
    aesBlock: 16_774, // AES-256-CCM of 1,024 bytes less that of 64, by its 120 blocks
    randomByte: 890, // eight bits of the ring oscillator
    verifiedByte: 2.3, // 179,500 for the image of 78,112 bytes
    fiberLook: 150,
    fiberRun: 490, // with what the poke does around it
    pass: 2_150, // a wake that finds nothing to do takes 4,600, and makes two, each with a look for a fiber
    packet: 1_900, // jd_client_handle_packet 1,500, the frame around it 180, the program that hears of it 410
    sentPacket: 930,
}
