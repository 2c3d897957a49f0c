# A small migration tool with the AWS CLI: one address for all that it calls.
set -eu

# What is imported comes from S3.
aws s3 mb s3://estate
printf 'ExternalId,HostName\nvm-1,web-1\nvm-2,web-2\n' | aws s3 cp - s3://estate/wave1.csv
aws discovery start-import-task --name 'wave 1' --import-url s3://estate/wave1.csv > /dev/null

# What is reported is reported as a role.
role=$(aws sts assume-role --role-session-name wave-1 \
  --role-arn arn:aws:iam::123456789012:role/migration-tool \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
set -- $role
export AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$2" AWS_SESSION_TOKEN="$3"

aws mgh create-progress-update-stream --progress-update-stream-name SMS --dry-run 2>&1 |
  grep -q DryRunOperation # allowed, so do it
aws mgh create-progress-update-stream --progress-update-stream-name SMS
for name in web-1 web-2; do
  task="--progress-update-stream SMS --migration-task-name $name"
  aws mgh import-migration-task $task
  aws mgh notify-migration-task-state $task --task Status=IN_PROGRESS,ProgressPercent=40 \
    --update-date-time "$(date -u +%FT%TZ)" --next-update-seconds 60
done

aws mgh list-migration-tasks --page-size 1 --output text \
  --query 'MigrationTaskSummaryList[].[MigrationTaskName,Status,ProgressPercent]'
