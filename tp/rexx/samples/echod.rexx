#!/usr/bin/env cpicrexx
/* echod.rexx - a TP that sends each record back, in upper case.  The commands go to CPICOMM, which is where the
   commands of a program that cpicrexx runs go. */
'CMACCP conversation_id return_code'
if return_code \= CM_OK then exit 1
requested_length = 32767
do forever
  'CMRCV conversation_id buffer requested_length data_received received_length status_received',
    'request_to_send_received return_code'
  if return_code = CM_DEALLOCATED_NORMAL then leave
  if return_code \= CM_OK then exit 1
  if data_received \= CM_NO_DATA_RECEIVED then record = translate(buffer)
  if status_received = CM_SEND_RECEIVED then do
    send_length = length(record)
    'CMSEND conversation_id record send_length request_to_send_received return_code'
    if return_code \= CM_OK then exit 1
  end
end
exit 0
