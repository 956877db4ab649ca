using Plumb.Manifests.Helm;

namespace Plumb.Commands.Helm;

/// <summary>What <c>--dry-run</c> and <c>--validate</c> say (<c>pkg/cmd/helpers.go</c>).</summary>
internal static class DryRun
{
    /// <summary>Whether a cluster is asked.</summary>
    /// <param name="given">Whether <c>--dry-run</c> is given.</param>
    /// <param name="value">Its value; null when it has none.</param>
    /// <param name="validate">Whether <c>--validate</c> is given, its older name.</param>
    /// <param name="log">Gets what Helm says about older forms.</param>
    /// <exception cref="HelmException">It is none of the values.</exception>
    public static bool AsksServer(bool given, string? value, bool validate, HelmLog log)
    {
        if (validate && given)
            throw new HelmException("if any flags in the group [validate dry-run] are set none of the others can be; [dry-run validate] were all set");
        if (validate || !given) return validate;
        switch (value)
        {
            case null or "" or "unset":
                log.Warn("--dry-run is deprecated and should be replaced with '--dry-run=client'");
                return false;
            case "client":
                return false;
            case "server":
                return true;
            case "1" or "t" or "T" or "TRUE" or "true" or "True":
                log.Warn($"boolean '--dry-run={value}' flag is deprecated and must be replaced with '--dry-run=client'");
                return false;
            case "none" or "0" or "f" or "F" or "FALSE" or "false" or "False":
                throw new HelmException($"invalid dry-run value (\"{value}\"). Must be \"server\" or \"client\"");
            default:
                throw new HelmException($"invalid dry-run value (\"{value}\"). Must be \"none\", \"server\", or \"client\"");
        }
    }
}
