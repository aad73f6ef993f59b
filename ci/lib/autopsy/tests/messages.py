"""Messages as kernels and others print them, with what must be said of each. Hosts and times are made up."""
DEFECT, CONSISTENT, OTHER, UNKNOWN = "this defect", "consistent with it", "not this", "cannot tell"
STATUS = {DEFECT: 0, CONSISTENT: 1, OTHER: 3, UNKNOWN: 4}

JUMP_2014 = "segfault at 7fa300006d4b ip 00007fa300006d4b sp 00007fa3d0d7c788 error 14"
IN_ARCHIVE = JUMP_2014 + " in locale-archive[7fa31616f000+5e91000]"
# Text, verdict, words that are printed, program, number.
MESSAGES = (
    ("[Wed Mar 12 16:08:45 2025] erts_dcpus_57[1034132]: segfault at 7fa413c30000 ip 000055b17da42230 sp 00007fb01dfffaf0 error 4 in "
     "beam.smp[55b17d903000+339000]", OTHER, "a read outside the program's memory, in beam.smp", "erts_dcpus_57", 1034132),
    ("[14470870.648422] traps: erts_sched_4[22785] general protection ip:5615da3dea02 sp:7fd72c01f510 error:0 in beam.smp[5615da1aa000+309000]",
     OTHER, "a general protection fault", "erts_sched_4", 22785),
    ("> May 18 17:17:52 host1 kernel: 3_scheduler[23224]: segfault at 5c ip 00000000005b9440 sp 00007f9f20d38bb0 error 4 in "
     "beam.smp[400000+331000]", OTHER, "a null pointer dereference (read)", "3_scheduler", 23224),
    ("[696293.070195] beam.smp[17620]: segfault at 7fb70da0d470 ip 00007fb70da0d470 sp 00007fb8e87d7e58 error 15", OTHER,
     "of random low halves, 97 in 100 are no index", "beam.smp", 17620),
    ("[   29.165796] wireplumber[1856]: segfault at 0 ip 0000000000000000 sp 00007ffd5482aff8 error 14 likely on CPU 0 (core 0, socket 0)",
     OTHER, "a call of a null pointer", "wireplumber", 1856),
    ("May 02 06:09:05 host1 kernel: traps: adaptivemmd[3239587] trap divide error ip:57d6038f7046 sp:7ffc4d461910 error:0 in "
     "adaptivemmd[57d6038f2000+6000]", OTHER, "a division by zero, in adaptivemmd", "adaptivemmd", 3239587),
    ("[Tue Dec 19 19:53:46 2023] traps: pressure-vessel[244404] trap invalid opcode ip:7fa7c7ca33b4 sp:7ffd68505de0 error:0 in "
     "libc.so.6[7fa7c7c26000+178000]", OTHER, "an illegal instruction, in libc.so.6", "pressure-vessel", 244404),
    ("[331956.720769] CG_A[7194]: unhandled level 2 translation fault (11) at 0x00000028, esr 0x92000006", OTHER, "null or near-null", "CG_A", 7194),
    ("[ 41.1] app[812]: unhandled level 3 permission fault (11) at 0x7f9c00006d4b, esr 0x8200000f, in app[400000+1000]", UNKNOWN,
     "known on x86-64 alone; this is Arm", "app", 812),
    ("[  119.156884] detect_demo[2510]: unhandled exception: DABT (lower EL), ESR 0x92000046, level 2 translation fault in "
     "libnn.so[7fbd4f0000+6000]", UNKNOWN, "a memory fault, in libnn.so", "detect_demo", 2510),
    ("[    5.752564] init: unhandled page fault (11) at 0x000008ec, code 0x805", OTHER, "near-null pointer dereference (write)", "init", None),
    ("[    5.752564] init: unhandled page fault (11) at 0x6f842180, code 0x005", OTHER, "outside the program's memory", "init", None),
    ("init[42]: segfault (11) at 50 nip 12d03a920 lr 12d03a91c code 1 in busybox[12cfd0000+100000]", OTHER, "null or near-null", "init", 42),
    ("[  9.1] tool[43]: bus error (7) at 3fff0000 nip 12d03a920 lr 12d03a91c code 2 in tool[12cfd0000+100000]", OTHER, "a bus error", "tool", 43),
    ("[  9.1] tool[43]: illegal instruction (4) at 12d03a920 nip 12d03a920 lr 12d03a91c code 1 in tool[12cfd0000+100000]", OTHER,
     "an illegal instruction", "tool", 43),
    ("tool[44]: unhandled signal 11 at 0000000000000008 nip 00000000100005f0 lr 00000000100005ec code 30001", OTHER, "null or near-null", "tool", 44),
    ("[ 8935.594852] rustc[1472]: unhandled signal 11 code 0x1 at 0x0000000000000008 in librustc_driver-ac972a4e10c98556.so[3fab1a3000+6fb9000]",
     OTHER, "null or near-null", "rustc", 1472),
    ("[  182.618625] (imesyncd)[130]: unhandled signal 4 code 0x1 at 0x0000003fb7b5aece", OTHER, "an illegal instruction", "(imesyncd)", 130),
    ("do_page_fault(): sending SIGSEGV to boa for invalid write access to 0047d5d0", UNKNOWN, "this is MIPS", "boa", None),
    ("[ 77.0] do_page_fault() #2: sending SIGSEGV to wscd(812) for invalid read access from 00000010 (epc == 2aae1f38, ra == 2aae1e64)", OTHER,
     "near-null pointer dereference (read)", "wscd", 812),
    ("Aug  7 06:40:11 kernel: potentially unexpected fatal signal 11.", UNKNOWN, "the registers follow on other lines", None, None),
    ("consoled/2993: potentially unexpected fatal signal 11.", UNKNOWN, "SIGSEGV", "consoled", 2993),
    ("core-cpu1: CS: potentially unexpected fatal signal 6.", UNKNOWN, "stack protector", "CS", None),
    ("[ 1122.175792] python[5019]: segfault at 1 ip 0000000000000001 sp 00007fff75097a90 error 14 likely on CPU 1 (core 1, socket 0)", OTHER,
     "a call of a near-null pointer", "python", 5019),
    ("[123.4] Out of memory: Killed process 4321 (beam.smp) total-vm:8123456kB, anon-rss:7000000kB, file-rss:0kB, shmem-rss:0kB, UID:110 "
     "pgtables:15000kB oom_score_adj:0", OTHER, "killed for memory, no crash", "beam.smp", 4321),
    ("Memory cgroup out of memory: Kill process 4321 (Web Content) score 1973 or sacrifice child", OTHER, "killed for memory", "Web Content", 4321),
    ("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=a,mems_allowed=0,oom_memcg=/b,task_memcg=/b,task=beam.smp,pid=77,uid=0", OTHER,
     "killed for memory", "beam.smp", 77),
    ("2024-05-01T10:11:12.345678+00:00 host1 kernel: erts_sched_3[812]: segfault at 18 ip 00007f2a1c0a1b2c sp 00007f29f0ffcd10 error 4 in "
     "jiffy.so[7f2a1c0a0000+4000] likely on CPU 7 (core 3, socket 0)", OTHER, "in jiffy.so", "erts_sched_3", 812),
    (f'{{"log":"[  123.456789] erts_sched_3[812]: {IN_ARCHIVE}\\n","stream":"stdout","time":"2024-05-01T10:11:12Z"}}', CONSISTENT,
     "3 in 100", "erts_sched_3", 812),
    (f"6,1234,98765432,-;beam.smp[21880]: {IN_ARCHIVE}", CONSISTENT, "6 in 1,000,000", "beam.smp", 21880),
    ("beam.smp[21880]: segfault at 00007fa300006d4b rip 00007fa300006d4b rsp 00007fa3d0d7c788 error 14", CONSISTENT, "27979", "beam.smp", 21880),
    ("[ 99.1] traps: beam.smp[77] trap stack segment ip:7fa77aabdcbe sp:7ffff17b81d8 error:0 in x.so[7fa77aa1d000+1d6000]", OTHER,
     "a stack segment fault", "beam.smp", 77),
    ("traps: a b[5] trap int3 ip:55d0c0de1234 sp:7ffff17b81d8 error:0 in x[55d0c0de0000+2000]", OTHER, "a breakpoint", "a b", 5),
    ("traps: gtopt[3926261] general protection fault ip:7c6bc13c4b7d", OTHER, "a general protection fault", "gtopt", 3926261),
    ("traps: x[5] control protection ip:401139 sp:7ffff17b81d8 ssp:7f0000000000 error:1(near ret) in x[401000+1000]", OTHER, "the processor refused",
     "x", 5),
    (f"[1.0] Web Content[31]: {JUMP_2014}", CONSISTENT, "27979", "Web Content", 31),
    (f"[1.0] a[b] c[31]: {JUMP_2014}", CONSISTENT, "27979", "a[b] c", 31),
    (f"Oct 30 15:19:41 db-1 kernel: [  1.0] kworker/u8:1+x[31]: {JUMP_2014}", CONSISTENT, "27979", "kworker/u8:1+x", 31),
    (f"Oct 30 15:19:41 db-1 beam.smp[31]: {JUMP_2014}", CONSISTENT, "27979", "beam.smp", 31),
    (f"2024-05-01T10:11:12.3Z stdout F [    1.000000][ T31] beam.smp[31]: {JUMP_2014}", CONSISTENT, "27979", "beam.smp", 31),
    (f"app_1  | <6>[    1.000000] beam.smp[31]: {JUMP_2014}", CONSISTENT, "27979", "beam.smp", 31),
    (f'{{"MESSAGE":{list(b"beam.smp[31]: " + JUMP_2014.encode())},"__REALTIME_TIMESTAMP":"1414682381000000"}}', CONSISTENT, "27979", "beam.smp", 31),
    (f'\t"MESSAGE" : "beam.smp[31]: {JUMP_2014}",', CONSISTENT, "27979", "beam.smp", 31),
    ("[1.0] beam.smp[31]: segfault at 7fa300006d4b ip 00007fa300006d4b", UNKNOWN, "the line is cut off", "beam.smp", 31),
    ('audit: type=1701 audit(1712345678.123:45): auid=1000 uid=1000 gid=1000 ses=2 pid=21880 comm="beam.smp" exe="/usr/bin/beam.smp" sig=11 res=1',
     UNKNOWN, "SIGSEGV", "beam.smp", 21880),
    ("May 02 06:09:05 host1 systemd[1]: app.service: Main process exited, code=dumped, status=11/SEGV", UNKNOWN, "SIGSEGV", "app.service", None),
    ("May 02 06:09:05 host1 systemd[1]: app.service: Main process exited, code=killed, status=9/KILL", OTHER, "SIGKILL", "app.service", None),
    ("pid 812 (beam.smp), jid 0, uid 0: exited on signal 11 (core dumped)", UNKNOWN, "SIGSEGV", "beam.smp", 812),
)
