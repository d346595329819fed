namespace Jingdezhen.Tourism.Architecture.Tests.Broken
{
    namespace OneArea
    {
        internal static class CallsAnotherSlice
        {
            public static string Call() => AnotherArea.SomeSlice.Handle();
        }
    }

    namespace AnotherArea
    {
        internal static class SomeSlice
        {
            public static string Handle() => "";
        }
    }
}
