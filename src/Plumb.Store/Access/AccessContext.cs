using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Plumb.Store.Access;

/// <summary>The model of accounts, on SQLite. Its migrations are in <c>Migrations</c>.</summary>
internal sealed class AccessContext(DbContextOptions<AccessContext> options) : DbContext(options)
{
    public DbSet<StoredAccount> Accounts => Set<StoredAccount>();

    public DbSet<StoredToken> Tokens => Set<StoredToken>();

    public DbSet<StoredSession> Sessions => Set<StoredSession>();

    // SQLite has no type for times: UTC ticks compare as they should.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Ticks>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var account = modelBuilder.Entity<StoredAccount>();
        account.ToTable("accounts");
        account.HasKey(a => a.Name);
        account.Property(a => a.Groups).HasConversion(
            groups => JsonSerializer.Serialize(groups, JsonSerializerOptions.Default),
            text => JsonSerializer.Deserialize<string[]>(text, JsonSerializerOptions.Default) ?? Array.Empty<string>(),
            new ValueComparer<IReadOnlyList<string>>(
                (a, b) => (a ?? Array.Empty<string>()).SequenceEqual(b ?? Array.Empty<string>()), groups => groups.Count, groups => groups));

        var token = modelBuilder.Entity<StoredToken>();
        token.ToTable("tokens");
        token.HasKey(t => t.Id);
        token.HasIndex(t => t.Subject);

        var session = modelBuilder.Entity<StoredSession>();
        session.ToTable("sessions");
        session.HasKey(s => s.Id);
        session.HasIndex(s => s.Account);
    }

    private sealed class Ticks() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
