global using Jingdezhen.Tourism.Complaints.Storage;
global using Jingdezhen.Tourism.Platform.Domain;
global using Jingdezhen.Tourism.Platform.Http;
global using Jingdezhen.Tourism.Platform.Messaging;
global using Microsoft.EntityFrameworkCore;
