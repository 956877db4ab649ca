namespace Plumb.Git.Trees;

/// <summary>Knows the text Git LFS leaves in place of a file's content.</summary>
internal static class LfsPointer
{
    // The specification: at most 1024 bytes, and this first line.
    public static bool Is(ReadOnlySpan<byte> content) =>
        content.Length <= 1024 && content.StartsWith("version https://git-lfs.github.com/spec/v1\n"u8);
}
