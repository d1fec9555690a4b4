-- Numbers that answered STOP. They stay known when a contact or a subscription goes and comes back: nobody else can ask for SMS in their name.

create table sms_stopped (
  address text primary key,
  stopped_at timestamptz not null
);
