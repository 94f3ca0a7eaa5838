#!/usr/bin/env python3
"""Measures the kernels and the power of one GPU and writes the CSV that `infersim calibrate` reads.

One file without imports of its own, so that it can be copied to the machine with the GPU; that is why it is long. It
needs Python 3.9 and PyTorch 2.3 or newer with CUDA or ROCm; flash-attn and pynvml are used where they are installed.

How a kernel is timed: CUDA events around each call, the L2 cache overwritten before it (which also gives the host time
to enqueue the call, so that launch time is not measured), warm-up first, then the median of the repeats.
Power: the driver's reading several times a second while a load repeats, the first seconds left out.

Units: time_ms is milliseconds of one call (of `load` rows: mean period of one repetition, pauses included), bytes are
bytes, power_w is watts of one device. Columns that an operation does not have stay empty.

Exit status: 0 something was measured (or --dry-run), 2 wrong arguments, 3 no PyTorch or no GPU, 4 nothing measured.
"""

import argparse
import csv
import datetime
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

COLUMNS = [
    "device",
    "op",
    "dtype",
    "m",
    "n",
    "k",
    "sequences",
    "context_tokens",
    "heads",
    "kv_heads",
    "head_dim",
    "ranks",
    "bytes",
    "time_ms",
    "power_w",
    "date",
    "driver",
    "torch",
    "note",
]

OPS = ["idle", "gemm", "decode_attention", "prefill_attention", "memory_copy", "all_reduce", "idle_loaded", "load"]

# Products of one token row with the matrices of widely used models: (n, k) = outputs, inputs.
GEMM_SHAPES = [
    (6144, 4096),
    (4096, 4096),
    (28672, 4096),
    (4096, 14336),
    (10240, 8192),
    (8192, 8192),
    (57344, 8192),
    (8192, 28672),
    (7168, 5120),
    (5120, 17408),
    (1280, 8192),
    (8192, 3584),
    (128256, 4096),
]
GEMM_SHAPES_QUICK = [(6144, 4096), (28672, 4096), (8192, 8192)]
GEMM_ROWS = [1, 2, 4, 8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 1024, 2048, 4096, 8192]
GEMM_ROWS_QUICK = [1, 8, 64, 256, 1024, 4096]
GEMM_DTYPES = ["bf16", "fp8", "int8"]

# heads, KV heads, head size: one device's share of models with grouped queries, and one without groups.
HEAD_SHAPES = [(32, 8, 128), (64, 8, 128), (16, 2, 128), (32, 32, 128), (64, 8, 64)]
HEAD_SHAPES_QUICK = [(32, 8, 128)]
DECODE_SEQUENCES = [1, 2, 4, 8, 16, 32, 64, 128, 256]
DECODE_SEQUENCES_QUICK = [1, 16, 128]
DECODE_CONTEXTS = [128, 512, 1024, 2048, 4096, 8192, 16384, 32768]
DECODE_CONTEXTS_QUICK = [512, 4096]
# New tokens per sequence, and tokens that are cached before them.
PREFILL_LENGTHS = [(128, 0), (256, 0), (512, 0), (1024, 0), (2048, 0), (4096, 0), (8192, 0), (16384, 0)]
PREFILL_WITH_PREFIX = [(512, 3584), (2048, 6144), (2048, 14336)]
PREFILL_QUICK = [(512, 0), (4096, 0)]

COPY_BYTES = [2**20, 2**23, 2**26, 2**28, 2**30, 2**32]
COPY_BYTES_QUICK = [2**26, 2**30]
ALL_REDUCE_BYTES = [2**e for e in range(11, 30)]
ALL_REDUCE_BYTES_QUICK = [2**13, 2**18, 2**23, 2**28]
ALL_REDUCE_RANKS = [2, 4, 8]

# Loads of the power ladder: what runs, its rows, and the share of time it runs.
LOAD_PRODUCTS = [(1, 28672, 8192), (32, 28672, 8192), (256, 28672, 8192), (1024, 28672, 8192), (8192, 8192, 8192)]
LOAD_SHARES = [0.25, 0.5, 0.75, 1.0]
LOAD_COPY_BYTES = 2**30

# A KV cache larger than this is not laid out, so that the plan runs on cards of 16 GB.
MOST_KV_BYTES = 6 * 2**30
MOST_GEMM_BYTES = 6 * 2**30

WARM_UP = 3
L2_FLUSH_BYTES = 256 * 2**20


def plan(quick, only):
    """The rows to measure, in order: dictionaries with the columns that are set beforehand."""
    rows = []
    if "idle" in only:
        rows.append({"op": "idle", "note": "before this program opens the device"})
    if "gemm" in only:
        rows.extend(gemm_plan(quick))
    if "decode_attention" in only:
        rows.extend(decode_plan(quick))
    if "prefill_attention" in only:
        rows.extend(prefill_plan(quick))
    if "memory_copy" in only:
        for size in COPY_BYTES_QUICK if quick else COPY_BYTES:
            rows.append({"op": "memory_copy", "bytes": size})
    if "all_reduce" in only:
        for ranks in ALL_REDUCE_RANKS:
            for size in ALL_REDUCE_BYTES_QUICK if quick else ALL_REDUCE_BYTES:
                rows.append({"op": "all_reduce", "dtype": "bf16", "ranks": ranks, "bytes": size})
    if "idle_loaded" in only:
        rows.append({"op": "idle_loaded", "note": "context open and memory held; nothing runs"})
    if "load" in only:
        rows.extend(load_plan(quick))
    return rows


def gemm_plan(quick):
    rows = []
    for dtype in GEMM_DTYPES:
        for n, k in GEMM_SHAPES_QUICK if quick else GEMM_SHAPES:
            for m in GEMM_ROWS_QUICK if quick else GEMM_ROWS:
                if dtype == "int8" and m <= 16:
                    continue
                if 2 * (m * k + n * k + m * n) > MOST_GEMM_BYTES:
                    continue
                rows.append({"op": "gemm", "dtype": dtype, "m": m, "n": n, "k": k})
    return rows


def decode_plan(quick):
    rows = []
    for heads, kv_heads, head_dim in HEAD_SHAPES_QUICK if quick else HEAD_SHAPES:
        for context in DECODE_CONTEXTS_QUICK if quick else DECODE_CONTEXTS:
            for sequences in DECODE_SEQUENCES_QUICK if quick else DECODE_SEQUENCES:
                if 4 * sequences * context * kv_heads * head_dim > MOST_KV_BYTES:
                    continue
                rows.append(
                    {
                        "op": "decode_attention",
                        "dtype": "bf16",
                        "m": 1,
                        "sequences": sequences,
                        "context_tokens": context,
                        "heads": heads,
                        "kv_heads": kv_heads,
                        "head_dim": head_dim,
                    }
                )
    return rows


def prefill_plan(quick):
    rows = []
    lengths = PREFILL_QUICK if quick else PREFILL_LENGTHS + PREFILL_WITH_PREFIX
    for heads, kv_heads, head_dim in HEAD_SHAPES_QUICK if quick else HEAD_SHAPES:
        for new, cached in lengths:
            rows.append(
                {
                    "op": "prefill_attention",
                    "dtype": "bf16",
                    "m": new,
                    "sequences": 1,
                    "context_tokens": cached + new,
                    "heads": heads,
                    "kv_heads": kv_heads,
                    "head_dim": head_dim,
                }
            )
    return rows


def load_plan(quick):
    rows = []
    shares = [0.5, 1.0] if quick else LOAD_SHARES
    products = [LOAD_PRODUCTS[1], LOAD_PRODUCTS[-1]] if quick else LOAD_PRODUCTS
    for m, n, k in products:
        for share in shares:
            rows.append({"op": "load", "dtype": "bf16", "m": m, "n": n, "k": k, "share": share})
    for share in shares:
        rows.append({"op": "load", "bytes": LOAD_COPY_BYTES, "share": share})
    return rows


class PowerMeter:
    """Watts of one device as the driver reports them; `read()` gives None where no tool answers."""

    def __init__(self, device_key):
        self.key = device_key
        self.handle = None
        self.nvml = None
        self.source = ""
        self._open()

    def _open(self):
        try:
            import pynvml

            pynvml.nvmlInit()
            self.nvml = pynvml
            if self.key.startswith("GPU-"):
                self.handle = pynvml.nvmlDeviceGetHandleByUUID(self.key)
            else:
                self.handle = pynvml.nvmlDeviceGetHandleByIndex(int(self.key))
            self.source = "nvml"
            if self.read() is not None:
                return
        except Exception:
            self.handle = None
        for source in ("nvidia-smi", "rocm-smi"):
            self.source = source
            if shutil.which(source) is not None and self.read() is not None:
                return
        self.source = ""

    def read(self):
        try:
            if self.source == "nvml":
                return self.nvml.nvmlDeviceGetPowerUsage(self.handle) / 1000.0
            if self.source == "nvidia-smi":
                return self._nvidia_smi()
            if self.source == "rocm-smi":
                return self._rocm_smi()
        except Exception:
            return None
        return None

    def _nvidia_smi(self):
        query = ["nvidia-smi", "-i", self.key, "--query-gpu=power.draw", "--format=csv,noheader,nounits"]
        answer = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True)
        return float(answer.stdout.strip().splitlines()[0])

    def _rocm_smi(self):
        answer = subprocess.run(
            ["rocm-smi", "--showpower", "--json"], capture_output=True, text=True, timeout=10, check=True
        )
        for name, value in json.loads(answer.stdout)["card" + self.key].items():
            if "Power (W)" in name:
                return float(value)
        return None

    def mean(self, seconds, settle_s, stop=None):
        """Mean watts over `seconds` after `settle_s`, and the number of readings. `stop` ends it early."""
        readings = []
        begin = time.monotonic()
        while time.monotonic() - begin < settle_s + seconds and not (stop is not None and stop.is_set()):
            watts = self.read()
            if watts is not None and time.monotonic() - begin >= settle_s:
                readings.append(watts)
            time.sleep(0.1)
        if not readings:
            return None, 0
        return statistics.fmean(readings), len(readings)


def driver_version():
    """Version of the driver, or an empty text."""
    for command in (
        ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"],
        ["rocm-smi", "--showdriverversion", "--csv"],
    ):
        if shutil.which(command[0]) is None:
            continue
        try:
            answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
            return answer.stdout.strip().splitlines()[-1].split(",")[-1].strip()
        except Exception:
            continue
    return ""


def physical_key(index):
    """What the driver's tools call the visible device `index`: an index or a UUID."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES") or os.environ.get("HIP_VISIBLE_DEVICES")
    if not visible:
        return str(index)
    names = [name.strip() for name in visible.split(",") if name.strip()]
    return names[index] if index < len(names) else str(index)


class Unsupported(Exception):
    """The device or this build of PyTorch has no such kernel."""


class Bench:
    """Calls on one device and their times. PyTorch is handed in, so that a dry run does not need it."""

    def __init__(self, torch, index, repeats):
        self.torch = torch
        self.device = torch.device("cuda", index)
        torch.cuda.set_device(self.device)
        self.repeats = repeats
        self.scratch = torch.empty(L2_FLUSH_BYTES, dtype=torch.uint8, device=self.device)

    def time_ms(self, call):
        """Median milliseconds of one call on a cold L2 cache."""
        torch = self.torch
        for _ in range(WARM_UP):
            call()
        torch.cuda.synchronize()
        events = []
        for _ in range(self.repeats):
            self.scratch.zero_()
            begin = torch.cuda.Event(enable_timing=True)
            end = torch.cuda.Event(enable_timing=True)
            begin.record()
            call()
            end.record()
            events.append((begin, end))
        torch.cuda.synchronize()
        return statistics.median(begin.elapsed_time(end) for begin, end in events)

    def build(self, row):
        """The call that a row times, and a remark on the kernel behind it."""
        op = row["op"]
        if op == "gemm" or (op == "load" and "m" in row):
            return self.product(row["dtype"], row["m"], row["n"], row["k"])
        if op == "decode_attention":
            return self.decode(row)
        if op == "prefill_attention":
            return self.prefill(row)
        if op == "memory_copy" or op == "load":
            return self.copy(row["bytes"])
        raise Unsupported(op)

    def product(self, dtype, m, n, k):
        torch = self.torch
        a = torch.randn(m, k, device=self.device, dtype=torch.bfloat16)
        w = torch.randn(n, k, device=self.device, dtype=torch.bfloat16)
        if dtype == "bf16":
            return (lambda: torch.mm(a, w.t())), "torch.mm"
        if dtype == "int8":
            if not hasattr(torch, "_int_mm"):
                raise Unsupported("no torch._int_mm")
            a8 = torch.randint(-128, 127, (m, k), device=self.device, dtype=torch.int8)
            w8 = torch.randint(-128, 127, (n, k), device=self.device, dtype=torch.int8)
            return (lambda: torch._int_mm(a8, w8.t())), "torch._int_mm"
        kind = self.fp8_type()
        a8, w8 = a.to(kind), w.to(kind)
        one = torch.ones((), device=self.device, dtype=torch.float32)

        def call():
            return torch._scaled_mm(
                a8, w8.t(), scale_a=one, scale_b=one, out_dtype=torch.bfloat16, use_fast_accum=True
            )

        return call, "torch._scaled_mm, one scale per tensor"

    def fp8_type(self):
        torch = self.torch
        if not hasattr(torch, "_scaled_mm"):
            raise Unsupported("no torch._scaled_mm")
        if torch.version.hip is not None:
            name = getattr(torch.cuda.get_device_properties(self.device), "gcnArchName", "")
            return torch.float8_e4m3fnuz if name.startswith("gfx94") else torch.float8_e4m3fn
        if torch.cuda.get_device_capability(self.device) < (8, 9):
            raise Unsupported("no FP8 units")
        return torch.float8_e4m3fn

    def decode(self, row):
        """One new token per sequence against its KV cache, contiguous, every sequence as long as the next."""
        torch = self.torch
        b, c, h, g, d = (row[x] for x in ("sequences", "context_tokens", "heads", "kv_heads", "head_dim"))
        half = torch.bfloat16
        try:
            from flash_attn import flash_attn_with_kvcache
        except ImportError:
            # The queries of a group stand where a prompt's tokens would: all of them read the same keys, unmasked.
            q = torch.randn(b, g, h // g, d, device=self.device, dtype=half)
            k = torch.randn(b, g, c, d, device=self.device, dtype=half)
            v = torch.randn_like(k)
            return (
                lambda: torch.nn.functional.scaled_dot_product_attention(q, k, v)
            ), "scaled_dot_product_attention, grouped queries"
        q = torch.randn(b, 1, h, d, device=self.device, dtype=half)
        k = torch.randn(b, c, g, d, device=self.device, dtype=half)
        v = torch.randn_like(k)
        return (lambda: flash_attn_with_kvcache(q, k, v, causal=True)), "flash_attn_with_kvcache"

    def prefill(self, row):
        """A chunk of `m` new tokens, causal, behind `context_tokens - m` cached ones."""
        torch = self.torch
        b, m, c, h, g, d = (row[x] for x in ("sequences", "m", "context_tokens", "heads", "kv_heads", "head_dim"))
        half = torch.bfloat16
        try:
            from flash_attn import flash_attn_func
        except ImportError:
            q = torch.randn(b, h, m, d, device=self.device, dtype=half)
            # Expanded to all heads: arithmetic is the same, and not every release takes grouped queries.
            k = torch.randn(b, g, c, d, device=self.device, dtype=half).repeat_interleave(h // g, dim=1)
            v = torch.randn_like(k)
            attend = torch.nn.functional.scaled_dot_product_attention
            if m == c:
                return (lambda: attend(q, k, v, is_causal=True)), "scaled_dot_product_attention"
            try:
                from torch.nn.attention.bias import causal_lower_right
            except ImportError as error:
                raise Unsupported("no mask for a cached prefix without flash-attn") from error
            mask = causal_lower_right(m, c)
            return (lambda: attend(q, k, v, attn_mask=mask)), "scaled_dot_product_attention, lower right mask"
        q = torch.randn(b, m, h, d, device=self.device, dtype=half)
        k = torch.randn(b, c, g, d, device=self.device, dtype=half)
        v = torch.randn_like(k)
        return (lambda: flash_attn_func(q, k, v, causal=True)), "flash_attn_func"

    def copy(self, size):
        torch = self.torch
        source = torch.ones(size, dtype=torch.uint8, device=self.device)
        target = torch.empty_like(source)
        return (lambda: target.copy_(source)), "bytes are read once and written once"

    def run_load(self, call, share, seconds, meter):
        """Repeats a call so that it runs `share` of the time: period in ms, watts, busy share, readings."""
        torch = self.torch
        once_s = max(self.time_ms(call), 1e-3) / 1000.0
        # Bursts of about 20 ms are far shorter than the driver's averaging and far longer than a launch.
        burst = max(1, round(0.02 / once_s))
        pause_s = burst * once_s * (1.0 / share - 1.0)
        done = threading.Event()
        result = {}

        def watch():
            result["watts"], result["readings"] = meter.mean(seconds, 2.0)
            done.set()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        count, busy_s = 0, 0.0
        begin = time.monotonic()
        while not done.is_set():
            start = time.monotonic()
            for _ in range(burst):
                call()
            torch.cuda.synchronize()
            busy_s += time.monotonic() - start
            count += burst
            if pause_s > 0:
                time.sleep(pause_s)
        elapsed_s = time.monotonic() - begin
        watcher.join()
        return elapsed_s / count * 1000.0, result["watts"], busy_s / elapsed_s, result["readings"]


def all_reduce_worker(rank, ranks, sizes, repeats, port, out_path):
    """One process of the all-reduce measurement; rank 0 writes the times, of the slowest rank each."""
    import torch
    import torch.distributed as dist

    os.environ["MASTER_ADDR"] = "127.0.0.1"
    os.environ["MASTER_PORT"] = str(port)
    torch.cuda.set_device(rank)
    dist.init_process_group("nccl", rank=rank, world_size=ranks)
    inner = 20
    times = {}
    for size in sizes:
        data = torch.zeros(size // 2, dtype=torch.bfloat16, device="cuda")
        for _ in range(WARM_UP):
            dist.all_reduce(data)
        samples = []
        for _ in range(max(3, repeats // 4)):
            dist.barrier()
            torch.cuda.synchronize()
            begin = torch.cuda.Event(enable_timing=True)
            end = torch.cuda.Event(enable_timing=True)
            begin.record()
            for _ in range(inner):
                dist.all_reduce(data)
            end.record()
            torch.cuda.synchronize()
            slowest = torch.tensor([begin.elapsed_time(end) / inner], device="cuda")
            dist.all_reduce(slowest, op=dist.ReduceOp.MAX)
            samples.append(slowest.item())
        times[size] = statistics.median(samples)
    if rank == 0:
        with open(out_path, "w", encoding="utf-8") as out:
            json.dump(times, out)
    dist.destroy_process_group()


def measure_all_reduce(torch, rows, repeats, emit, complain):
    """Times the all-reduce rows whose ranks the machine has; the rest is named once."""
    import torch.multiprocessing as mp

    available = torch.cuda.device_count()
    for ranks in sorted({row["ranks"] for row in rows}):
        group = [row for row in rows if row["ranks"] == ranks]
        if ranks > available:
            complain(f"all_reduce over {ranks} ranks", f"{available} device(s) here", len(group))
            continue
        path = os.path.join(tempfile.mkdtemp(prefix="measure-"), "times.json")
        port = 29500 + os.getpid() % 2000 + ranks
        sizes = [row["bytes"] for row in group]
        try:
            mp.spawn(all_reduce_worker, args=(ranks, sizes, repeats, port, path), nprocs=ranks, join=True)
            with open(path, encoding="utf-8") as answer:
                times = json.load(answer)
        except Exception as error:
            complain(f"all_reduce over {ranks} ranks", str(error).strip().splitlines()[-1], len(group))
            continue
        for row in group:
            emit(row, time_ms=times[str(row["bytes"])], note="library=nccl, 20 in a row")


def measure(torch, args, rows, meter, idle_watts, emit, complain):
    """Runs the plan, row by row."""
    bench = Bench(torch, args.device, args.repeats)
    refused = {}
    for row in rows:
        op = row["op"]
        if op == "idle":
            if idle_watts is None:
                complain("idle", "no power reading", 1)
            else:
                emit(row, power_w=idle_watts[0], note=f"{row['note']}; readings={idle_watts[1]}")
            continue
        if op == "all_reduce":
            continue
        if kernel_kind(row) in refused:
            refused[kernel_kind(row)][1] += 1
            continue
        try:
            if op == "idle_loaded":
                torch.cuda.synchronize()
                watts, readings = meter.mean(args.power_seconds, 5.0)
                if watts is None:
                    raise Unsupported("no power reading")
                emit(row, power_w=watts, note=f"{row['note']}; readings={readings}")
            elif op == "load":
                call, kernel = bench.build(row)
                period, watts, busy, readings = bench.run_load(call, row["share"], args.power_seconds, meter)
                if watts is None:
                    raise Unsupported("no power reading")
                note = f"{kernel}; share={row['share']}; busy={busy:.3f}; readings={readings}; cache warm"
                emit(row, time_ms=period, power_w=watts, note=note)
            else:
                call, kernel = bench.build(row)
                emit(row, time_ms=bench.time_ms(call), note=kernel)
        except Unsupported as error:
            refused[kernel_kind(row)] = [str(error), 1]
        except Exception as error:
            complain(describe(row), (str(error).strip().splitlines() or ["failed"])[0], 1)
        call = None
        torch.cuda.empty_cache()
    for kind, (why, how_many) in refused.items():
        complain(f"{kind}, {how_many} row(s)", why, how_many)
    reduces = [row for row in rows if row["op"] == "all_reduce"]
    if reduces:
        measure_all_reduce(torch, reduces, args.repeats, emit, complain)


def kernel_kind(row):
    """Rows of one kind are all supported or none."""
    behind = " behind a prefix" if row["op"] == "prefill_attention" and row["m"] < row["context_tokens"] else ""
    return f"{row['op']} {row.get('dtype', '')}".strip() + behind


def describe(row):
    return " ".join(str(value) for value in row.values())


def parse(argv):
    parser = argparse.ArgumentParser(
        prog="measure.py", description="Measures kernels and power of a GPU for `infersim calibrate`."
    )
    parser.add_argument("--out", default="measured.csv", help="file to write (default measured.csv); - is the terminal")
    parser.add_argument("--quick", action="store_true", help="a few rows of each kind: a minute or two")
    parser.add_argument("--only", default=",".join(OPS), help="comma-separated list of: " + ", ".join(OPS))
    parser.add_argument("--device", type=int, default=0, help="index of the visible device (default 0)")
    parser.add_argument("--name", default="", help="text for the device column (default: what the driver says)")
    parser.add_argument("--repeats", type=int, default=0, help="timed calls per row (default 30, quick 10)")
    parser.add_argument("--power-seconds", type=float, default=0.0, help="per power row (default 8, quick 3)")
    parser.add_argument("--dry-run", action="store_true", help="print what would be measured; needs no PyTorch")
    args = parser.parse_args(argv)
    args.only = [name.strip() for name in args.only.split(",") if name.strip()]
    for name in args.only:
        if name not in OPS:
            parser.error(f"--only: unknown operation '{name}', allowed: {', '.join(OPS)}")
    if args.repeats < 0 or args.power_seconds < 0 or args.device < 0:
        parser.error("--repeats, --power-seconds and --device are not negative")
    args.repeats = args.repeats or (10 if args.quick else 30)
    args.power_seconds = args.power_seconds or (3.0 if args.quick else 8.0)
    return args


def dry_run(args, rows):
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    writer = csv.DictWriter(sys.stdout, fieldnames=COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        note = f"share={row['share']}" if "share" in row else row.get("note", "")
        writer.writerow({**row, "device": args.name, "note": note})
    print(f"{len(rows)} rows planned; fp8, all_reduce and power only where the machine has them", file=sys.stderr)
    return 0


def main(argv):
    args = parse(argv)
    rows = plan(args.quick, args.only)
    if args.dry_run:
        return dry_run(args, rows)

    try:
        import torch
    except ImportError as error:
        print(f"measure.py: PyTorch is not installed ({error}); see requirements.txt", file=sys.stderr)
        return 3
    # Counting devices does not open one, so that the idle reading is taken without a context of this program.
    if torch.cuda.device_count() <= args.device or not torch.cuda.is_available():
        print(f"measure.py: no GPU {args.device} that PyTorch {torch.__version__} can use", file=sys.stderr)
        return 3

    meter = PowerMeter(physical_key(args.device))
    idle_watts = None
    if "idle" in args.only and meter.source:
        idle_watts = meter.mean(args.power_seconds, 1.0)
        idle_watts = idle_watts if idle_watts[0] is not None else None

    stamp = {
        "device": args.name or torch.cuda.get_device_name(args.device),
        "date": datetime.date.today().isoformat(),
        "driver": driver_version(),
        "torch": torch.__version__,
    }
    out = sys.stdout if args.out == "-" else open(args.out, "w", newline="", encoding="utf-8")
    writer = csv.DictWriter(out, fieldnames=COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    counts = {"measured": 0, "left out": 0}

    def emit(row, time_ms=None, power_w=None, note=""):
        filled = {**row, **stamp, "note": note}
        if time_ms is not None:
            filled["time_ms"] = f"{time_ms:.6g}"
        if power_w is not None:
            filled["power_w"] = f"{power_w:.5g}"
        writer.writerow(filled)
        out.flush()
        counts["measured"] += 1

    def complain(what, why, how_many):
        counts["left out"] += how_many
        print(f"measure.py: left out {what}: {why}", file=sys.stderr)

    try:
        measure(torch, args, rows, meter, idle_watts, emit, complain)
    finally:
        if out is not sys.stdout:
            out.close()
    print(f"measure.py: {counts['measured']} rows in {args.out}, {counts['left out']} left out", file=sys.stderr)
    return 0 if counts["measured"] > 0 else 4


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
