using System.Globalization;
using System.Text.RegularExpressions;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// What a container will do in the sandbox, where no program really runs. In this order:
/// <list type="number">
/// <item>The Pod's annotation <c>sandbox.plumb.dev/exit</c> (or <c>kube-env/exit</c>): <c>fail</c> ends with code 1, <c>never</c> keeps running.</item>
/// <item>A command that obviously cannot start (<c>fail</c>, or a name with <c>does-not-exist</c> or <c>nonexistent</c>): start error, code 128.</item>
/// <item>
/// <c>true</c>, <c>false</c>, or a script that ends with <c>exit N</c> or <c>false</c>: that code, after the seconds it sleeps. A script with
/// an <c>exit 0</c> further up waits for something and gives up at its end; here what it waits for is there, and it ends with 0 at once.
/// </item>
/// <item><c>sleep infinity</c>, <c>tail -f</c>, <c>while true</c>: keeps running.</item>
/// <item>Otherwise a container of a Pod that always restarts keeps running, and any other ends with code 0 after the seconds it
/// sleeps.</item>
/// </list>
/// </summary>
internal sealed partial record ContainerPlan(bool Forever, int ExitCode, TimeSpan Sleeps, string? StartError)
{
    private const int CannotStart = 128;

    public static ContainerPlan Of(KubeObject pod, MapNode container, bool isInit)
    {
        var policy = isInit ? container["restartPolicy"].AsString() ?? "Never" : pod.Root["spec"]["restartPolicy"].AsString() ?? "Always";
        var words = container["command"].Texts().Concat(container["args"].Texts()).ToList();
        var script = string.Join(' ', words);
        var sleeps = Sleeping(script);
        if (!isInit || policy == "Always")
        {
            switch (PodAnnotations.Get(pod, "exit"))
            {
                case "fail": return new(false, 1, sleeps, null);
                case "never": return new(true, 0, TimeSpan.Zero, null);
                default: break;
            }
        }

        var program = container["command"][0].AsString() is { } command ? command[(command.LastIndexOf('/') + 1)..] : "";
        if (IsNoProgram(program))
        {
            return new(false, CannotStart, TimeSpan.Zero,
                $"exec: \"{container["command"][0].Text()}\": executable file not found in $PATH");
        }

        if (program == "true") return new(false, 0, sleeps, null);
        if (program == "false") return new(false, 1, sleeps, null);
        if (ExitWell().IsMatch(script)) return new(policy == "Always", 0, TimeSpan.Zero, null);
        if (ExitAtEnd().Match(script) is { Success: true } exit)
        {
            return new(false, int.Parse(exit.Groups[1].Value, CultureInfo.InvariantCulture) & 0xff, sleeps, null);
        }

        if (FalseAtEnd().IsMatch(script)) return new(false, 1, sleeps, null);
        var forever = policy == "Always" || RunsOn().IsMatch(script);
        return new(forever, 0, sleeps, null);
    }

    private static bool IsNoProgram(string program) =>
        program == "fail" || program.Contains("does-not-exist", StringComparison.Ordinal)
            || program.Contains("nonexistent", StringComparison.Ordinal);

    private static TimeSpan Sleeping(string script)
    {
        var total = TimeSpan.Zero;
        foreach (Match match in Sleep().Matches(script))
        {
            var number = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            total += match.Groups[2].Value switch
            {
                "m" => TimeSpan.FromMinutes(number),
                "h" => TimeSpan.FromHours(number),
                "d" => TimeSpan.FromDays(number),
                _ => TimeSpan.FromSeconds(number),
            };
        }

        return total;
    }

    [GeneratedRegex(@"\bsleep\s+([0-9]{1,6}(?:\.[0-9]{1,3})?)([smhd]?)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Sleep();

    [GeneratedRegex(@"(?:^|[;&|\n(]|-c)\s*exit\s+([0-9]{1,9})\s*[;)]?\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ExitAtEnd();

    [GeneratedRegex(@"\bexit\s+0\s*[;\n].*\bexit\s+[1-9][0-9]*\s*[;)]?\s*\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex ExitWell();

    [GeneratedRegex(@"(?:[;&|\n]|-c)\s*(?:/bin/)?false\s*;?\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex FalseAtEnd();

    [GeneratedRegex(@"sleep\s+inf|tail\s+-[fF]|while\s+(?:true|:|\[)", RegexOptions.CultureInvariant)]
    private static partial Regex RunsOn();
}
