namespace Jingdezhen.Tourism.Contracts;

/// <summary>Names this assembly, so that the platform can find the messages in it.</summary>
public static class ContractsAssembly
{
    public static System.Reflection.Assembly Value => typeof(ContractsAssembly).Assembly;
}
