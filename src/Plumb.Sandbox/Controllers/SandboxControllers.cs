using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>The controllers that make built-in kinds look alive.</summary>
public static class SandboxControllers
{
    /// <summary>Runs all controllers until cancelled. Faults in one never stop the others.</summary>
    public static Task RunAsync(ISandboxApi api, CancellationToken ct) => throw new NotImplementedException();
}
