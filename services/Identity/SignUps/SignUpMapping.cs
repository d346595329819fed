using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Identity.SignUps;

internal sealed class SignUpMapping : IEntityTypeConfiguration<SignUp>
{
    public void Configure(EntityTypeBuilder<SignUp> signUp)
    {
        signUp.ToTable("sign_ups", table => table.HasCheckConstraint("bounded_attempts", "attempts BETWEEN 0 AND 5"));
        signUp.Property(row => row.CreatedAt).HasDefaultValueSql("now()");
        signUp.Property(row => row.SentAt).HasDefaultValueSql("now()");
        signUp.Property(row => row.ExpiresAt).HasDefaultValueSql("now() + interval '10 minutes'");
        signUp.HasIndex(row => new { row.AddressHash, row.CreatedAt });
    }
}
