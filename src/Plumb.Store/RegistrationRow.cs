namespace Plumb.Store;

/// <summary>A registered application as it lies in the table.</summary>
internal sealed class RegistrationRow
{
    public required string Application { get; init; }

    /// <summary>The registration as JSON.</summary>
    public required byte[] Document { get; set; }
}
