using System.Text.RegularExpressions;

namespace Plumb.Sandbox.Controllers;

/// <summary>Which images can be "pulled".</summary>
internal static partial class Images
{
    /// <summary>Why the image cannot be pulled, as reason and message; null when it can.</summary>
    public static (string Reason, string Message)? Problem(string image)
    {
        if (!Reference().IsMatch(image))
        {
            return ("InvalidImageName",
                $"Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference format");
        }

        return image.Contains("sandbox-missing", StringComparison.Ordinal) || image.Contains("kube-env-missing", StringComparison.Ordinal)
            ? ("ErrImagePull", $"rpc error: code = NotFound desc = failed to pull and unpack image \"{image}\": failed to resolve reference \"{image}\": not found")
            : null;
    }

    // Domain, path of lower-case parts, tag, digest.
    [GeneratedRegex(
        @"^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
