using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Jingdezhen.Tourism.Benchmarks.Planner;

/// <summary>What Linux knows of the calling thread: the core it runs on and the processor time it has used.</summary>
internal static partial class Core
{
    private const int ThreadTime = 3;

    /// <summary>Keeps the calling thread on one core, so that runs side by side do not push each other about.</summary>
    public static void StayOn(int core)
    {
        var mask = 1UL << core;
        if (SetAffinity(0, sizeof(ulong), ref mask) != 0) throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint size, ref ulong mask);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>The calling thread's own processor time: what others do on the machine hardly shortens a run.</summary>
    public sealed class OwnTime : TimeProvider
    {
        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => GetTime(ThreadTime, out var time) == 0
            ? (time.Seconds * TimestampFrequency) + time.Nanoseconds : throw new Win32Exception();
    }
}
