using System.Diagnostics;

namespace Jingdezhen.Tourism.Complaints;

/// <summary>
/// Named points at which a crash test lets the process die (JDZ_FAULT_POINT), as by kill -9. Without the variable each
/// is one comparison with null.
/// </summary>
internal static class FaultPoint
{
    private static readonly string? Fatal = Environment.GetEnvironmentVariable("JDZ_FAULT_POINT");

    public static void Reach(string point)
    {
        if (Fatal is null || Fatal != point) return;

        using var self = Process.GetCurrentProcess();
        self.Kill();
        self.WaitForExit();
    }
}
