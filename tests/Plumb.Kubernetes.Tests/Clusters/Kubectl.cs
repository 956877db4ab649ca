using System.Diagnostics;

namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>The real <c>kubectl</c> on the cluster under test.</summary>
internal static class Kubectl
{
    /// <summary>Runs it with a manifest as its standard input; its output.</summary>
    public static async Task<string> RunAsync(string input, params string[] arguments)
    {
        var cluster = await TestCluster.GetAsync();
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", cluster.Kubeconfig, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync(LiveTarget.Ct);
        var errors = process.StandardError.ReadToEndAsync(LiveTarget.Ct);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(LiveTarget.Ct);
        if (process.ExitCode != 0) Assert.Fail($"kubectl {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ShouldAssertException("kubectl is not on the PATH: install it (https://kubernetes.io/docs/tasks/tools)", e);
        }
    }
}
